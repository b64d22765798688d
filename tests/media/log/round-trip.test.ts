import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogCollector } from '../../../electron/media/log/collector.ts';
import { segmentFile } from '../../../electron/media/log/segment.ts';
import {
  contentOf,
  positionsOf,
  readIndex,
  recordStarts,
  scanAll,
  segmentsOf,
  trackInfo,
  writerOf,
} from './sample.ts';

/** TOC bytes with one frame each and its duration in units: 2.5, 5, 10, 20, 40 and 60 ms. */
const TOCS = [
  [0xe0, 1],
  [0xe8, 2],
  [0x70, 4],
  [0x78, 8],
  [0x10, 16],
  [0x18, 24],
] as const;

type Step =
  | {
      readonly do: 'add';
      readonly track: number;
      readonly gap: number;
      readonly toc: number;
      readonly sizes: readonly number[];
    }
  | {
      readonly do: 'marker' | 'rename' | 'join' | 'anchor' | 'event';
      readonly at: number;
      readonly text: string;
    }
  | { readonly do: 'commit' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      track: fc.integer({ min: 0, max: 2 }),
      gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100_000 })),
      toc: fc.integer({ min: 0, max: TOCS.length - 1 }),
      sizes: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'marker' as const,
        'rename' as const,
        'join' as const,
        'anchor' as const,
        'event' as const,
      ),
      at: fc.integer({ min: 0, max: 10_000_000 }),
      text: fc.string({ maxLength: 12, unit: 'grapheme' }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
);

const bounds = fc.record({
  groupPackets: fc.integer({ min: 1, max: 30 }),
  segmentBytes: fc.integer({ min: 1, max: 20_000 }),
  segmentSamples: fc.integer({ min: 1, max: 1_000_000 }),
});

interface Sent {
  readonly positionSamples: number;
  readonly bytes: Uint8Array;
  readonly units: number;
}

/** Plays the steps and returns the segments with what went in, by track. */
function play(
  steps: readonly Step[],
  options: { groupPackets: number; segmentBytes: number; segmentSamples: number },
) {
  const writer = writerOf(
    [0, 1, 2].map((id) => trackInfo(id)),
    options,
  );
  const sent = new Map<number, Sent[]>([
    [0, []],
    [1, []],
    [2, []],
  ]);
  const next = [0, 0, 0];
  const chunks = [];
  let serial = 0;
  for (const one of steps) {
    if (one.do === 'add') {
      const [toc, units] = TOCS[one.toc] ?? TOCS[0];
      const packets = one.sizes.map((size) =>
        Uint8Array.from({ length: size }, (_, i) => (i === 0 ? toc : serial++ & 0xff)),
      );
      let position = (next[one.track] ?? 0) + one.gap;
      writer.add(one.track, position, packets);
      for (const bytes of packets) {
        sent.get(one.track)?.push({ positionSamples: position, bytes, units });
        position += units * 120;
      }
      next[one.track] = position;
    } else if (one.do === 'commit') chunks.push(...writer.commit());
    else if (one.do === 'marker') writer.marker({ positionSamples: one.at, kind: 'marker', name: one.text });
    else if (one.do === 'rename') writer.track(one.at, trackInfo(1, one.text));
    else if (one.do === 'join') writer.track(one.at, trackInfo(7, one.text));
    else if (one.do === 'anchor') writer.anchor({ positionSamples: one.at, monotonicMicros: one.at * 20 });
    else writer.event({ positionSamples: one.at, track: 2, kind: 'device-lost', label: one.text });
  }
  const endSamples = Math.max(...next);
  writer.end(endSamples);
  chunks.push(...writer.commit());
  return { segments: segmentsOf(chunks), sent, endSamples };
}

describe('a log written and read back', () => {
  test('holds every packet bit for bit, in place, whatever the windows, by scan and by index', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        bounds,
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        (steps, options, windows) => {
          const { segments, sent, endSamples } = play(steps, options);
          const scanned = scanAll(segments);
          const content = contentOf(scanned);
          expect(scanned.findings.kept).toEqual([]);
          expect(scanned.endSamples).toBe(endSamples);
          expect(content.segments.every(({ sealed }) => sealed)).toBe(true);
          for (const [id, packets] of sent) {
            const table = scanned.tracks.get(id)?.packets.finish();
            expect(table?.count).toBe(packets.length);
            packets.forEach(({ positionSamples, bytes, units }, row) => {
              const offset = table?.offsetsBytes[row] ?? 0;
              const stored = segments[table?.parts[row] ?? 0]?.subarray(
                offset,
                offset + (table?.sizesBytes[row] ?? 0),
              );
              expect(table?.positionsSamples[row]).toBe(positionSamples);
              expect(table?.durationUnits[row]).toBe(units);
              expect(Buffer.compare(stored ?? new Uint8Array(), bytes)).toBe(0);
            });
          }

          expect(contentOf(scanAll(segments, {}, windows))).toEqual(content);

          const indexed = new LogCollector();
          segments.forEach((bytes, i) => {
            expect(readIndex(indexed, segmentFile(i + 1), bytes).accepted).toBe(true);
          });
          expect(contentOf(indexed)).toEqual(content);
          expect(indexed.findings.kept).toEqual([]);
          for (const [id, packets] of sent) {
            for (const check of indexed.tracks.get(id)?.checks ?? []) {
              const rows = packets.slice(check.firstRow, check.endRow).map(({ bytes }) => bytes);
              expect(check.crc32).toBe(crc32(Buffer.concat(rows)));
            }
          }

          const one = scanAll(segments, { onlyTrack: 1 });
          expect(positionsOf(one, 1)).toEqual(positionsOf(scanned, 1));
          expect(positionsOf(one, 0)).toEqual([]);
          expect(one.markers).toEqual(scanned.markers);
        },
      ),
      { seed: 20261120, numRuns: 120 },
    );
  });

  test('is the same bytes for the same calls', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), bounds, (steps, options) => {
        expect(play(steps, options).segments).toEqual(play(steps, options).segments);
      }),
      { seed: 7, numRuns: 20 },
    );
  });

  test('takes at most 4 bytes a packet and 32 a group around the payload', () => {
    for (const groupPackets of [1, 5, 25]) {
      const writer = writerOf([trackInfo(0)], { groupPackets });
      const one = Uint8Array.of(0x78, 1, 2);
      for (let i = 0; i < 100; i++) writer.add(0, i * 960, [one]);
      const bytes = segmentsOf(writer.commit())[0] ?? new Uint8Array();
      const header = recordStarts(bytes)[0] ?? 0;
      const around = bytes.length - header - 100 * one.length;
      expect(around).toBeLessThanOrEqual(4 * 100 + 32 * (100 / groupPackets));
    }
  });
});
