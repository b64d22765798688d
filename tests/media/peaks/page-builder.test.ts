import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkPage,
  encodeFileHeader,
  type FileHeader,
  levelStart,
  PAGE_BLOCKS,
  PAGE_BYTES,
  PAGE_HEADER_BYTES,
  PAGE_SAMPLES,
  pageBlocks,
  parseFileHeader,
  sealPage,
} from '../../../electron/media/peaks/layout.ts';
import { PageBuilder } from '../../../electron/media/peaks/page-builder.ts';
import { EMPTY_PEAK, PEAK_BASE_SAMPLES, PEAK_BLOCK_BYTES, PEAK_LEVELS } from '../../../shared/model/peaks.ts';
import { Random } from '../../support/random.ts';

/** Audio somewhere in a page or across its borders, and where calls cut it. */
const audio = fc.record({
  offset: fc.oneof(
    fc.integer({ min: -3000, max: 20_000 }),
    fc.integer({ min: PAGE_SAMPLES - 9000, max: PAGE_SAMPLES }),
  ),
  length: fc.integer({ min: 0, max: 12_000 }),
  cuts: fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 8 }),
  channels: fc.constantFrom(1, 2),
  seed: fc.integer(),
});

function noise(seed: number, values: number): Int16Array {
  const random = new Random(seed);
  return Int16Array.from({ length: values }, () => random.int(-32_768, 32_767));
}

function blockAt(
  page: Uint8Array,
  level: number,
  block: number,
): { lowest: number; highest: number; rms: number } {
  const view = new DataView(page.buffer, page.byteOffset);
  const at = PAGE_HEADER_BYTES + (levelStart(level) + block) * PEAK_BLOCK_BYTES;
  return {
    lowest: view.getInt16(at, true),
    highest: view.getInt16(at + 2, true),
    rms: view.getUint16(at + 4, true),
  };
}

describe('a page', () => {
  test('does not depend on how the audio was cut', () => {
    fc.assert(
      fc.property(audio, ({ offset, length, cuts, channels, seed }) => {
        const pcm = noise(seed, length * channels);
        const whole = new PageBuilder();
        whole.add(offset, pcm, channels);
        const pieces = new PageBuilder();
        const borders = [0, ...cuts.map((cut) => Math.min(cut, length)), length].sort((a, b) => a - b);
        borders.forEach((from, i) => {
          const to = borders[i + 1] ?? length;
          pieces.add(offset + from, pcm.subarray(from * channels, to * channels), channels);
        });
        expect(Buffer.compare(pieces.finish(), whole.finish())).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  test('has in level 0 what its samples are, and in higher levels what the lower ones have', () => {
    fc.assert(
      fc.property(audio, ({ offset, length, channels, seed }) => {
        const pcm = noise(seed, length * channels);
        const builder = new PageBuilder();
        builder.add(offset, pcm, channels);
        const page = builder.finish();
        for (let block = 0; block < PAGE_BLOCKS; block++) {
          const from = Math.max(0, block * PEAK_BASE_SAMPLES - offset);
          const to = Math.max(from, (block + 1) * PEAK_BASE_SAMPLES - offset);
          const values = pcm.subarray(from * channels, to * channels);
          if (values.length === 0) {
            if (blockAt(page, 0, block).lowest !== EMPTY_PEAK.lowest)
              throw new Error(`block ${block} is not empty`);
            continue;
          }
          const squares = values.reduce((sum, value) => sum + value * value, 0);
          expect(blockAt(page, 0, block)).toEqual({
            lowest: Math.min(...values),
            highest: Math.max(...values),
            rms: Math.round(Math.sqrt(squares / values.length)),
          });
        }
        for (let level = 1; level < PEAK_LEVELS; level++) {
          const perBlock = PAGE_BLOCKS / pageBlocks(level);
          for (let block = 0; block < pageBlocks(level); block++) {
            const lower = Array.from({ length: perBlock }, (_, i) => blockAt(page, 0, block * perBlock + i));
            const { lowest, highest, rms } = blockAt(page, level, block);
            if (lowest !== Math.min(...lower.map((each) => each.lowest))) throw new Error('lowest differs');
            if (highest !== Math.max(...lower.map((each) => each.highest)))
              throw new Error('highest differs');
            const loudest = Math.max(...lower.map((each) => each.rms));
            if (rms > loudest) throw new Error('louder than all of its blocks');
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  test('is believed only as a whole', () => {
    const builder = new PageBuilder();
    builder.add(0, noise(1, 48_000), 1);
    const page = builder.finish();
    const header = { page: 3, fingerprint: 0xfedc_ba98, packets: 50, undecodable: 2 };
    sealPage(page, header);
    expect(checkPage(page)).toEqual(header);
    expect(checkPage(page.subarray(0, -1))).toBeUndefined();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: PAGE_BYTES * 8 - 1 }), (bit) => {
        const flipped = Uint8Array.from(page);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        // The 8 bytes of zeros before the checksum are under it too.
        expect(checkPage(flipped)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  test('keeps its bytes', () => {
    const builder = new PageBuilder();
    // Two channels of a saw with a pause in the middle; exact on every machine.
    const saw = Int16Array.from({ length: 20_000 }, (_, i) => ((i * 37) % 65_536) - 32_768);
    builder.add(700, saw, 2);
    builder.add(60_000, saw.subarray(0, 4000), 2);
    const page = builder.finish();
    sealPage(page, { page: 0, fingerprint: 1, packets: 2, undecodable: 0 });
    expect(createHash('sha256').update(page).digest('hex')).toMatchInlineSnapshot(
      `"f55d803a56278151683d4d1265a73437acd156b27beecd7bac1d4db68f630937"`,
    );
  });
});

describe('the file header', () => {
  const header: FileHeader = {
    identity: Uint8Array.from({ length: 32 }, (_, i) => i * 7),
    channels: 2,
    doneSamples: 5_000_000_000,
    endSamples: 12_345_678_901,
  };

  test('comes back, and keeps its bytes', () => {
    const bytes = encodeFileHeader(header);
    expect(parseFileHeader(bytes)).toEqual(header);
    expect(Buffer.from(bytes).toString('hex')).toMatchInlineSnapshot(
      `"5453504b0100020000f2052a01000000351cdcdf0200000000070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d900000000d0cf0583"`,
    );
  });

  test('is believed only as a whole, and never beyond its bounds', () => {
    const bytes = encodeFileHeader(header);
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x40;
      expect(parseFileHeader(flipped)).toBeUndefined();
      expect(parseFileHeader(bytes.subarray(0, at))).toBeUndefined();
    }
    expect(parseFileHeader(encodeFileHeader({ ...header, endSamples: 2 ** 52 }))).toBeUndefined();
    expect(
      parseFileHeader(encodeFileHeader({ ...header, doneSamples: header.endSamples + 1 })),
    ).toBeUndefined();
  });
});
