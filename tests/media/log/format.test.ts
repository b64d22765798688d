import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LogCollector } from '../../../electron/media/log/collector.ts';
import { parseSegmentHeader, segmentFile, type SegmentHeader } from '../../../electron/media/log/segment.ts';
import { anchoredT0UnixMicros } from '../../../electron/media/log/t0.ts';
import {
  contentOf,
  readIndex,
  scanAll,
  segmentsOf,
  SESSION_ID,
  T0_UNIX_MICROS,
  trackInfo,
  writerOf,
} from './sample.ts';

/** A worked example of FORMAT.md, comments taken off. */
function exampleBytes(name = 'hex'): Uint8Array {
  const path = join(import.meta.dirname, '../../../electron/media/log/FORMAT.md');
  const block = readFileSync(path, 'utf8').split(`\`\`\`${name}\n`)[1]?.split('```')[0] ?? '';
  const digits = block.replaceAll(/#.*$/gm, '').replaceAll(/\s+/g, '');
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

const ZOE = trackInfo(1, 'Zoë');

describe('the worked example of FORMAT.md', () => {
  test('is what the writer writes', () => {
    const writer = writerOf([ZOE]);
    writer.add(1, 4800, [Uint8Array.of(0x78, 1, 2, 3), Uint8Array.of(0x78, 0x80)]);
    writer.marker({ positionSamples: 5760, kind: 'slate', name: 'take 1' });
    writer.end(6720);
    const chunks = writer.commit();
    expect(chunks.map(({ segment, sealed }) => ({ segment, sealed }))).toEqual([
      { segment: 1, sealed: true },
    ]);
    expect(Buffer.from(segmentsOf(chunks)[0] ?? []).toString('hex')).toBe(
      Buffer.from(exampleBytes()).toString('hex'),
    );
  });

  test('says of itself what its comments say', () => {
    const result = parseSegmentHeader(exampleBytes());
    expect(result).toEqual({
      status: 'read',
      sizeBytes: 101,
      header: {
        sessionId: SESSION_ID,
        number: 1,
        t0UnixMicros: T0_UNIX_MICROS,
        wallUnixMicros: T0_UNIX_MICROS,
        monotonicMicros: 5_000_000,
        startSamples: 0,
        zone: 'Europe/Oslo',
        tracks: [ZOE],
      },
    });
  });

  test('has the anchor that it shows, and the T0 that it says', () => {
    const writer = writerOf([ZOE]);
    const anchor = { positionSamples: 24_000, monotonicMicros: 5_731_250 };
    writer.anchor(anchor);
    const [segment = new Uint8Array()] = segmentsOf(writer.commit());
    expect(Buffer.from(segment.subarray(101)).toString('hex')).toBe(
      Buffer.from(exampleBytes('anchor')).toString('hex'),
    );
    const { header } = parseSegmentHeader(segment) as { header: SegmentHeader };
    expect(anchoredT0UnixMicros(header.t0UnixMicros, header, anchor)).toBe(T0_UNIX_MICROS + 231_250);
  });

  test('is read the same by scan and by index', () => {
    const scanned = scanAll([exampleBytes()]);
    expect(scanned.findings.kept).toEqual([]);
    expect(scanned.endSamples).toBe(6720);
    expect(scanned.markers).toEqual([{ positionSamples: 5760, kind: 'slate', name: 'take 1' }]);
    const content = contentOf(scanned);
    expect(content.tracks).toEqual([
      {
        info: ZOE,
        assumed: false,
        count: 2,
        columns: [
          [4800, 5760],
          [4, 2],
          [8, 8],
          [0, 0],
          [172, 176],
        ],
      },
    ]);
    expect(content.segments.map(({ sealed }) => sealed)).toEqual([true]);
    const indexed = new LogCollector();
    expect(readIndex(indexed, segmentFile(1), exampleBytes()).accepted).toBe(true);
    expect(contentOf(indexed)).toEqual(content);
    expect(indexed.tracks.get(1)?.checks).toEqual([{ part: 0, firstRow: 0, endRow: 2, crc32: 0xc9c201b3 }]);
  });
});
