import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReadWindow } from '../../../electron/media/byte-source.ts';
import { ByteReader } from '../../../electron/media/bytes/reader.ts';

describe('a byte reader', () => {
  test('reads every kind of field, big-endian', () => {
    const bytes = Uint8Array.of(
      1,
      0xff,
      0xfe,
      0,
      1,
      2,
      0xff,
      0xff,
      0xff,
      0xfd,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      2,
      0xa9,
      0x6e,
    );
    const reader = new ByteReader(bytes);
    expect(reader.u8()).toBe(1);
    expect(reader.i16()).toBe(-2);
    expect(reader.u24()).toBe(0x102);
    expect(reader.i32()).toBe(-3);
    expect(reader.u64()).toBe(2 ** 32 + 2);
    expect(reader.remaining).toBe(2);
    expect(reader.overran).toBe(false);
    expect(reader.fourcc()).toBe('');
    expect(reader.overran).toBe(true);
    expect(new ByteReader(Uint8Array.of(0xa9, 0x6e, 0x61, 0x6d)).fourcc()).toBe('©nam');
    expect(new ByteReader(new Uint8Array(8).fill(0xff)).i64()).toBe(-1);
    expect(new ByteReader(Uint8Array.of(0x5a, 0xc3, 0xab)).text(3)).toBe('Zë');
  });

  test('never passes its end, whatever is asked of it', () => {
    const step = fc.constantFrom('u8', 'u16', 'i16', 'u24', 'u32', 'i32', 'u64', 'i64', 'fourcc');
    const length = fc.oneof(fc.nat(40), fc.constantFrom(-1, 2 ** 32, Number.MAX_SAFE_INTEGER, NaN, Infinity));
    const walk = (bytes: Uint8Array, steps: readonly (string | number)[]) => {
      const padded = new Uint8Array(bytes.length + 16).fill(0xee);
      padded.set(bytes, 8);
      const reader = new ByteReader(padded.subarray(8, 8 + bytes.length));
      for (const name of steps) {
        if (typeof name === 'number') reader.skip(name);
        else reader[name as 'u8']();
        expect(reader.at).toBeLessThanOrEqual(bytes.length);
        expect(reader.at + reader.remaining).toBe(bytes.length);
        if (reader.overran) expect([reader.u32(), reader.bytes(1).length]).toEqual([0, 0]);
      }
    };
    const inputs = fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(fc.oneof(step, length)), walk);
    fc.assert(inputs, { seed: 1, numRuns: 500 });
  });
});

describe('a read window', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);

  test('gives what the source has, in few reads', async () => {
    let reads = 0;
    const source = {
      sizeBytes: bytes.length,
      read: (offset: number, length: number) => {
        reads++;
        return Promise.resolve(bytes.subarray(offset, offset + length));
      },
    };
    const window = new ReadWindow(source, 32);
    for (let at = 0; at < 30; at++) expect([...(await window.read(at, 2))]).toEqual([at, at + 1]);
    expect(reads).toBe(1);
    expect((await window.read(40, 50)).length).toBe(50);
    expect([...(await window.read(98, 16))]).toEqual([98, 99]);
    expect((await window.read(100, 4)).length).toBe(0);
    expect((await window.read(500, 4)).length).toBe(0);
  });
});
