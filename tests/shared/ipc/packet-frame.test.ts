import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_FRAME_BYTES,
  MAX_FRAME_PACKETS,
  type PacketFrame,
  parsePacketFrame,
  serialisePacketFrame,
  sessionTag,
} from '../../../shared/ipc/packet-frame.ts';
import { AppError } from '../../../shared/model/errors.ts';

const level = fc.option(fc.integer({ min: -20_000, max: 2000 }).map((centi) => centi / 100));
const frames: fc.Arbitrary<PacketFrame> = fc.record({
  sessionTag: fc.integer({ min: 0, max: 0xffff_ffff }),
  track: fc.integer({ min: 0, max: 0xfffe }),
  positionSamples: fc.maxSafeNat(),
  packets: fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 40 }),
  level: fc.record({ peakDb: level, rmsDb: level, clipped: fc.boolean() }),
});

const FRAME: PacketFrame = {
  sessionTag: sessionTag('0f8fad5b-d9cb-469f-a165-70867728950e'),
  track: 2,
  positionSamples: 2 ** 32 + 960,
  packets: [Uint8Array.of(0x78, 1, 2), Uint8Array.of(0x78)],
  level: { peakDb: -6.02, rmsDb: null, clipped: true },
};

describe('a packet frame', () => {
  test('lies in memory as documented', () => {
    expect(Buffer.from(serialisePacketFrame(FRAME)).toString('hex')).toBe(
      '01010200' + '5bad8f0f' + 'c003000001000000' + 'a6fd0080' + '0200' + '03000100' + '780102' + '78',
    );
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(parsePacketFrame(serialisePacketFrame(frame))).toEqual(frame);
      }),
    );
  });

  test('is read at any place of a larger buffer', () => {
    const bytes = serialisePacketFrame(FRAME);
    const larger = new Uint8Array(bytes.length + 7).fill(0xee);
    larger.set(bytes, 3);
    expect(parsePacketFrame(larger.subarray(3, 3 + bytes.length))).toEqual(FRAME);
  });

  test('that is cut off or continued is refused', () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, cut) => {
        const bytes = serialisePacketFrame(frame);
        expect(() => parsePacketFrame(bytes.subarray(0, cut % bytes.length))).toThrow(AppError);
        expect(() => parsePacketFrame(Uint8Array.of(...bytes, 0))).toThrow(AppError);
      }),
    );
  });

  test('of arbitrary bytes is a frame or an AppError, and never points outside of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        bytes[0] = 1;
        try {
          const { packets, level: heard } = parsePacketFrame(bytes);
          const total = packets.reduce((sum, { length }) => sum + length, 0);
          expect(22 + 2 * packets.length + total).toBe(bytes.length);
          expect(heard.peakDb ?? 0).toBeGreaterThanOrEqual(-200);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('beyond the limits is neither written nor read', () => {
    const write = (change: Partial<PacketFrame>) => () => serialisePacketFrame({ ...FRAME, ...change });
    expect(write({ packets: [] })).toThrow(RangeError);
    expect(write({ packets: Array<Uint8Array>(MAX_FRAME_PACKETS + 1).fill(Uint8Array.of(1)) })).toThrow(
      RangeError,
    );
    expect(write({ packets: Array<Uint8Array>(5).fill(new Uint8Array(60_000)) })).toThrow(RangeError);
    expect(write({ packets: [new Uint8Array(65_536)] })).toThrow(RangeError);
    expect(write({ track: 0xffff })).toThrow(RangeError);
    expect(write({ positionSamples: 2 ** 53 })).toThrow(RangeError);
    expect(() => parsePacketFrame(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow(AppError);
    const bytes = serialisePacketFrame(FRAME);
    bytes[14] = 0x20;
    expect(() => parsePacketFrame(bytes)).toThrow(/position/u);
    bytes[0] = 2;
    expect(() => parsePacketFrame(bytes)).toThrow(/version is 2/u);
  });

  test('takes levels beyond the scale to its ends', () => {
    const heard = (peakDb: number): number | null =>
      parsePacketFrame(serialisePacketFrame({ ...FRAME, level: { ...FRAME.level, peakDb } })).level.peakDb;
    expect([heard(-Infinity), heard(400), heard(Number.NaN)]).toEqual([-200, 20, null]);
  });
});
