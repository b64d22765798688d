import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NanoCollector } from '../../../electron/media/nano-wal/collector.ts';
import { nanoFileHeader, nanoLog, nanoRecord, opusPacket } from '../../support/nano-wal-writer.ts';
import { Random } from '../../support/random.ts';
import { onlyTrack, packetsOf, ranges, scanLog } from './scan-log.ts';

/** Everything a scan gives, in a form that compares. */
function outcome(collector: NanoCollector, log: Uint8Array) {
  const { player, isNameAssumed, repeats, files } = onlyTrack(collector);
  return {
    player,
    isNameAssumed,
    repeats,
    files,
    parts: collector.parts,
    findings: collector.findings.kept,
    packets: packetsOf(collector, log),
  };
}

const header = fc.record({
  variant: fc.constantFrom(0, 0, 1, 2),
  stampMs: fc.constantFrom(0, 5, 5, 1_000_000, 2n ** 60n),
  metadata: fc.uint8Array({ maxLength: 20 }),
});

const packet = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((frame) => opusPacket(frame)),
  fc.constant(opusPacket(Uint8Array.of(1, 2, 3))),
  fc.constant(opusPacket(nanoRecord(opusPacket(Uint8Array.of(9)), { stampMs: 1 }))),
  fc.uint8Array({ maxLength: 5 }),
);

const record = fc.oneof(
  fc.tuple(packet, header).map(([content, head]) => nanoRecord(content, head)),
  fc.tuple(packet, header).map(([content, head]) => nanoRecord(content, head)),
  packet.map((content) => nanoRecord(content, new Uint8Array(0))),
);

const junk = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 80 }),
  fc.integer({ min: 1, max: 200 }).map((size) => new Uint8Array(size)),
  fc.constantFrom('N', 'NANO', 'NANORC', 'NANORC\x03\x00abc').map((text) => Buffer.from(text, 'latin1')),
  fc
    .tuple(packet, fc.constantFrom(20, 400, 61_298, 2n ** 60n))
    .map(([content, size]) => nanoRecord(content, { stampMs: 5 }, size)),
  record.map((bytes) => bytes.subarray(0, bytes.length >> 1)),
);

const log = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.oneof({ weight: 4, arbitrary: record }, { weight: 1, arbitrary: junk }), { maxLength: 12 }),
    fc.nat(20),
  )
  .map(([isNamed, pieces, cut]) => {
    const whole = Buffer.concat([isNamed ? nanoFileHeader('Alice') : new Uint8Array(0), ...pieces]);
    return whole.subarray(0, Math.max(0, whole.length - cut));
  });

test('how a log is cut into windows does not change what is found', () => {
  fc.assert(
    fc.property(log, fc.integer(), (bytes, seed) => {
      const whole = outcome(scanLog(bytes), bytes);
      const random = new Random(seed);
      const most = random.int(1, 60);
      expect(outcome(scanLog(bytes, { nextBlock: () => random.int(1, most) }), bytes)).toEqual(whole);
    }),
    { seed: 20261121, numRuns: 400 },
  );
});

test('every byte behind the header is a packet or record taken, or in a finding', () => {
  fc.assert(
    fc.property(log, (bytes) => {
      const collector = scanLog(bytes);
      const damaged = collector.findings.kept.filter(
        ({ kind }) => kind !== 'no-timestamp' && kind !== 'bad-position',
      );
      const named = onlyTrack(collector).isNameAssumed ? 0 : 37;
      let at = named;
      const pieces = [
        ...damaged.map(({ startByte, endByte }) => ({ from: startByte, payloadAt: undefined, to: endByte })),
        ...packetsOf(collector, bytes).map(({ offset, bytes: payload }) => ({
          from: undefined,
          payloadAt: offset,
          to: offset + payload.length,
        })),
      ].sort((a, b) => a.to - b.to);
      for (const { from, payloadAt, to } of pieces) {
        if (payloadAt === undefined) {
          expect(from).toBe(at);
        } else {
          expect(bytes.toString('latin1', at, at + 6)).toBe('NANORC');
          const headerBytes = bytes.readUInt16LE(at + 6);
          expect(payloadAt).toBe(at + 8 + headerBytes + 8);
          expect(bytes.readBigUInt64LE(at + 8 + headerBytes)).toBe(BigInt(to - payloadAt));
        }
        at = to;
      }
      expect(at).toBe(Math.max(named, bytes.length));
    }),
    { seed: 20261122, numRuns: 400 },
  );
});

/** Six records of different lengths, so that no damaged length can fall on another record's marker. */
function small() {
  const random = new Random(21);
  const packets = [13, 34, 22, 1, 47, 29].map((size) => opusPacket(random.bytes(size)));
  const records = packets.map((bytes, i) => nanoRecord(bytes, { variant: i % 2, stampMs: 400 + 20 * i }));
  const bounds = [37];
  for (const { length } of records) bounds.push((bounds.at(-1) ?? 0) + length);
  return { bytes: nanoLog('Alice', records), packets, bounds };
}

test('after any one byte is changed, every other record is found where it was', () => {
  const { bytes, packets, bounds } = small();
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [0x01, 0x10, 0x80, 0xff]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      const collector = scanLog(damaged);
      const hit = bounds.findLastIndex((bound) => bound <= at);
      const offsets = new Map(packetsOf(collector, damaged).map((found) => [found.offset, found.bytes]));
      for (const [i, packet] of packets.entries()) {
        const offset = (bounds[i + 1] ?? 0) - packet.length;
        if (i !== hit)
          expect(offsets.get(offset)?.equals(packet), `byte ${at} ^ ${flip}, record ${i}`).toBe(true);
      }
      for (const [, startByte, endByte] of ranges(collector)) {
        expect(startByte, `byte ${at} ^ ${flip}`).toBeGreaterThanOrEqual(hit < 0 ? 0 : (bounds[hit] ?? 0));
        expect(endByte, `byte ${at} ^ ${flip}`).toBeLessThanOrEqual(hit < 0 ? 37 : (bounds[hit + 1] ?? 0));
      }
    }
  }
});

test('a file cut anywhere gives every whole record and one torn tail', () => {
  const { bytes, packets, bounds } = small();
  for (let size = 0; size <= bytes.length; size++) {
    const cut = bytes.subarray(0, size);
    const collector = scanLog(cut);
    const whole = Math.max(
      0,
      bounds.findLastIndex((bound) => bound <= size),
    );
    expect(packetsOf(collector, cut).map((found) => found.bytes)).toEqual(
      packets.slice(0, whole).map((p) => Buffer.from(p)),
    );
    const start = size < 37 ? 0 : (bounds[whole] ?? 0);
    const isBoundary = bounds.includes(size);
    expect(ranges(collector), `cut at ${size}`).toEqual(isBoundary ? [] : [['torn-tail', start, size]]);
  }
});
