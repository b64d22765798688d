import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { LogCollector } from '../../../electron/media/log/collector.ts';
import { segmentFile } from '../../../electron/media/log/segment.ts';
import {
  damageOf,
  packet,
  positionsOf,
  recordStarts,
  scanAll,
  scanInto,
  segmentsOf,
  SESSION_ID,
  trackInfo,
  writerOf,
} from './sample.ts';

/** A segment of one track that is still being written: 100 packets of 20 ms. */
function oneSegment(): Uint8Array {
  const writer = writerOf([trackInfo(0)], { groupPackets: 5 });
  for (let i = 0; i < 100; i++) writer.add(0, i * 960, [packet(i)]);
  return segmentsOf(writer.commit())[0] ?? new Uint8Array();
}

const everyPosition = Array.from({ length: 100 }, (_, i) => i * 960);

describe('segments that do not belong', () => {
  const bytes = oneSegment();

  test('of another session, twice the same, or of a newer version are reported whole', () => {
    const other = new LogCollector({ sessionId: '00000000-0000-4000-8000-000000000000' });
    scanInto(other, segmentFile(1), bytes);
    expect(damageOf(other)).toEqual([['foreign-bytes', 0, bytes.length]]);
    expect(other.tracks.size).toBe(0);

    const twice = new LogCollector();
    scanInto(twice, segmentFile(1), bytes);
    scanInto(twice, segmentFile(2), bytes, [100]);
    expect(damageOf(twice)).toEqual([['foreign-bytes', 0, bytes.length]]);
    expect(positionsOf(twice, 0)).toEqual(everyPosition);

    const newer = bytes.slice();
    const headerBytes = recordStarts(bytes)[0] ?? 0;
    newer[8] = 2;
    new DataView(newer.buffer).setUint32(headerBytes - 4, crc32(newer.subarray(0, headerBytes - 4)), true);
    const refused = scanAll([newer], {}, [64]);
    expect(damageOf(refused)).toEqual([['bad-header', 0, bytes.length]]);
    expect(refused.findings.kept[0]?.reason).toContain('newer version');
  });

  test('a missing segment is a hole, and the header behind it still describes the tracks', () => {
    const writer = writerOf([trackInfo(0, 'Alice')], { segmentSamples: 48_000, groupPackets: 5 });
    for (let i = 0; i < 200; i++) writer.add(0, i * 960, [packet(i)]);
    const segments = segmentsOf(writer.commit());
    expect(segments.length).toBe(4);
    const collector = new LogCollector();
    scanInto(collector, segmentFile(3), segments[2] ?? new Uint8Array());
    expect(damageOf(collector)).toEqual([['hole', 0, 0]]);
    expect(collector.findings.kept[0]?.reason).toBe('Segments 1 to 2 are missing.');
    expect(collector.sessionId).toBe(SESSION_ID);
    expect(collector.tracks.get(0)?.info.name).toBe('Alice');
    expect(collector.tracks.get(0)?.packets.count).toBe(50);
  });

  test('without any readable header packets are found and their track is assumed', () => {
    const headless = bytes.slice();
    headless.fill(0x41, 0, 20);
    const scanned = scanAll([headless]);
    expect(positionsOf(scanned, 0)).toEqual(everyPosition);
    expect(scanned.tracks.get(0)).toMatchObject({ assumed: true, info: { name: 'Track 0', channels: 1 } });
    expect(damageOf(scanned).map(([kind]) => kind)).toEqual(['bad-header']);
  });

  test('a header that cannot be read does not let in records of another segment', () => {
    const headless = bytes.slice();
    headless.fill(0x41, 0, 20);
    const ours = new LogCollector({ sessionId: SESSION_ID });
    scanInto(ours, segmentFile(1), headless);
    expect(positionsOf(ours, 0)).toEqual(everyPosition);
    const stale = new LogCollector({ sessionId: SESSION_ID });
    scanInto(stale, segmentFile(2), headless);
    expect(stale.tracks.size).toBe(0);
    expect(damageOf(stale)).toEqual([
      ['hole', 0, 0],
      ['bad-header', 0, bytes.length],
    ]);
  });
});
