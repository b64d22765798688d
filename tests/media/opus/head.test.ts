import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseDops,
  parseOpusHead,
  serialiseDops,
  serialiseOpusHead,
  type OpusHead,
} from '../../../electron/media/opus/head.ts';

const stereo: OpusHead = { channels: 2, preSkipSamples: 312, inputRate: 44_100, outputGain: -256 };

// RFC 7845 section 5.1, written out by hand: little-endian after the signature.
const OPUS_HEAD = '4f70757348656164' + '01' + '02' + '3801' + '44ac0000' + '00ff' + '00';
// Opus in ISOBMFF section 4.3.2: big-endian, no signature, version 0.
const DOPS = '00' + '02' + '0138' + '0000ac44' + 'ff00' + '00';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const heads = fc.record<OpusHead>({
  channels: fc.constantFrom<1 | 2>(1, 2),
  preSkipSamples: fc.nat({ max: 0xffff }),
  inputRate: fc.nat({ max: 0xffff_ffff }),
  outputGain: fc.integer({ min: -0x8000, max: 0x7fff }),
});

test('golden bytes, both ways', () => {
  expect(hexOf(serialiseOpusHead(stereo))).toBe(OPUS_HEAD);
  expect(parseOpusHead(bytesOf(OPUS_HEAD))).toEqual({ kind: 'head', head: stereo });
  expect(hexOf(serialiseDops(stereo))).toBe(DOPS);
  expect(parseDops(bytesOf(DOPS))).toEqual({ kind: 'head', head: stereo });
});

test('what is written reads back, also from the middle of a buffer', () => {
  fc.assert(
    fc.property(heads, (head) => {
      for (const [serialise, parse] of [
        [serialiseOpusHead, parseOpusHead],
        [serialiseDops, parseDops],
      ] as const) {
        const bytes = serialise(head);
        const within = new Uint8Array(bytes.length + 7).fill(0xee);
        within.set(bytes, 5);
        expect(parse(within.subarray(5, 5 + bytes.length))).toEqual({ kind: 'head', head });
      }
    }),
    { seed: 21, numRuns: 500 },
  );
});

test('any bytes give a result', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (tail) => {
      for (const bytes of [tail, Uint8Array.from([...bytesOf('4f70757348656164'), ...tail])]) {
        expect(['head', 'unsupported', 'damaged']).toContain(parseOpusHead(bytes).kind);
        expect(['head', 'unsupported', 'damaged']).toContain(parseDops(bytes).kind);
      }
    }),
    { seed: 22, numRuns: 1000 },
  );
});

describe('refuses', () => {
  const headWith = (at: number, value: number): Uint8Array => {
    const bytes = bytesOf(OPUS_HEAD);
    bytes[at] = value;
    return bytes;
  };
  const dopsWith = (at: number, value: number): Uint8Array => {
    const bytes = bytesOf(DOPS);
    bytes[at] = value;
    return bytes;
  };

  test.each([
    ['family 1', headWith(18, 1)],
    ['family 255', headWith(18, 255)],
    ['version 16', headWith(8, 16)],
  ])('OpusHead with %s as unsupported', (_name, bytes) => {
    expect(parseOpusHead(bytes).kind).toBe('unsupported');
  });

  test.each([
    ['no channels', headWith(9, 0)],
    ['three channels', headWith(9, 3)],
    ['another signature', headWith(0, 0x6f)],
    ['18 bytes', bytesOf(OPUS_HEAD).subarray(0, 18)],
    ['nothing', new Uint8Array(0)],
  ])('OpusHead with %s as damaged', (_name, bytes) => {
    expect(parseOpusHead(bytes).kind).toBe('damaged');
  });

  test('dOps of another version, family, channel count or length', () => {
    expect(parseDops(dopsWith(0, 1)).kind).toBe('unsupported');
    expect(parseDops(dopsWith(10, 2)).kind).toBe('unsupported');
    expect(parseDops(dopsWith(1, 0)).kind).toBe('damaged');
    expect(parseDops(bytesOf(DOPS).subarray(0, 10)).kind).toBe('damaged');
  });

  test('to write what the fields cannot hold', () => {
    expect(() => serialiseOpusHead({ ...stereo, preSkipSamples: 65_536 })).toThrow('preSkipSamples');
    expect(() => serialiseDops({ ...stereo, inputRate: -1 })).toThrow('inputRate');
    expect(() => serialiseDops({ ...stereo, outputGain: 0.5 })).toThrow('outputGain');
  });
});

test('versions up to 15 are read, whatever they add at the end (RFC 7845 section 5.1)', () => {
  const bytes = new Uint8Array(24);
  bytes.set(bytesOf(OPUS_HEAD));
  bytes[8] = 15;
  expect(parseOpusHead(bytes)).toEqual({ kind: 'head', head: stereo });
});
