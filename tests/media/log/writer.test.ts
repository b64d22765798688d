import { describe, expect, test } from 'vitest';
import { LogCollector } from '../../../electron/media/log/collector.ts';
import { MAX_RECORD_BYTES } from '../../../electron/media/log/record.ts';
import { segmentFile, segmentNumber } from '../../../electron/media/log/segment.ts';
import {
  packet,
  positionsOf,
  readIndex,
  recordStarts,
  scanAll,
  segmentsOf,
  trackInfo,
  writerOf,
} from './sample.ts';

describe('the writer', () => {
  test('writes a header at once and nothing twice', () => {
    const writer = writerOf([trackInfo(0)]);
    expect(scanAll(segmentsOf(writer.commit())).tracks.get(0)?.info).toEqual(trackInfo(0));
    expect(writer.commit()).toEqual([]);
  });

  test('closes a group when full, at a gap and at a commit', () => {
    const writer = writerOf([trackInfo(0)], { groupPackets: 3 });
    const chunks = [];
    writer.add(0, 0, [packet(1), packet(2), packet(3), packet(4)]);
    writer.add(0, 5 * 960, [packet(5)]);
    chunks.push(...writer.commit());
    writer.add(0, 6 * 960, [packet(6)]);
    chunks.push(...writer.commit());
    const bytes = segmentsOf(chunks)[0] ?? new Uint8Array();
    const view = new DataView(bytes.buffer);
    const counts = recordStarts(bytes)
      .slice(0, -1)
      .map((start) => view.getUint16(start + 28, true));
    expect(counts).toEqual([3, 1, 1, 1]);
    expect(positionsOf(scanAll([bytes]), 0)).toEqual([0, 960, 1920, 2880, 4800, 5760]);
  });

  test('keeps records and segments within their bounds', () => {
    const writer = writerOf([trackInfo(0)], { groupPackets: 0xffff, segmentBytes: 3_000_000 });
    const large = packet(1, 1276);
    for (let i = 0; i < 4000; i++) writer.add(0, i * 960, [large]);
    writer.end(4000 * 960);
    const segments = segmentsOf(writer.commit());
    expect(segments).toHaveLength(3);
    for (const bytes of segments) {
      const starts = recordStarts(bytes);
      const longest = Math.max(...starts.slice(1).map((start, i) => start - (starts[i] ?? 0)));
      expect(longest).toBeLessThanOrEqual(MAX_RECORD_BYTES);
    }
    expect(scanAll(segments).tracks.get(0)?.packets.count).toBe(4000);
  });

  test('starts a segment before an index or a directory outgrows its record', () => {
    const writer = writerOf([trackInfo(0)], { groupPackets: 1 });
    const tiny = Uint8Array.of(0x78);
    for (let i = 0; i < 40_000; i++) writer.add(0, i * 1920, [tiny]);
    for (let i = 0; i < 300; i++)
      writer.marker({ positionSamples: i, kind: 'marker', name: 'x'.repeat(4096) });
    writer.end(80_000_000);
    const segments = segmentsOf(writer.commit());
    expect(segments.length).toBeGreaterThan(2);
    const indexed = new LogCollector();
    segments.forEach((bytes, i) => {
      expect(readIndex(indexed, segmentFile(i + 1), bytes).accepted).toBe(true);
    });
    expect(indexed.tracks.get(0)?.packets.count).toBe(40_000);
    expect(indexed.markers).toHaveLength(300);
  });

  test('lets one track be read without the others', () => {
    const writer = writerOf(
      [0, 1, 2, 3].map((id) => trackInfo(id)),
      { groupPackets: 5 },
    );
    for (let i = 0; i < 3000; i++) for (let id = 0; id < 4; id++) writer.add(id, i * 960, [packet(i, 150)]);
    writer.end(3000 * 960);
    const bytes = segmentsOf(writer.commit())[0] ?? new Uint8Array();
    const collector = new LogCollector({ onlyTrack: 2 });
    const { accepted, bytesRead } = readIndex(collector, segmentFile(1), bytes);
    expect(accepted).toBe(true);
    expect(bytesRead).toBeLessThan(bytes.length / 50);
    expect([...collector.tracks.values()].map(({ packets }) => packets.count)).toEqual([0, 0, 3000, 0]);
  });

  test('refuses what it could not write, naming it, and goes on', () => {
    const writer = writerOf([trackInfo(0)]);
    expect(() => writer.add(9, 0, [packet(1)])).toThrow('track 9');
    expect(() => writer.add(0, 0, [new Uint8Array()])).toThrow('no Opus packet');
    expect(() => writer.add(0, -1, [packet(1)])).toThrow('got -1');
    expect(() => writer.add(0, 0.5, [packet(1)])).toThrow('got 0.5');
    expect(() => writer.marker({ positionSamples: 2 ** 60, kind: 'slate', name: '' })).toThrow(RangeError);
    expect(() => writer.track(0, trackInfo(1, 'x'.repeat(513)))).toThrow('513');
    expect(() => writerOf([], { segmentBytes: 2 ** 40 })).toThrow(RangeError);
    writer.add(0, 960, [packet(2)]);
    writer.end(1920);
    expect(() => writer.add(0, 1920, [packet(3)])).toThrow('has ended');
    const scanned = scanAll(segmentsOf(writer.commit()));
    expect(scanned.findings.kept).toEqual([]);
    expect(positionsOf(scanned, 0)).toEqual([960]);
  });
});

test('a segment is found by its name and only by that', () => {
  expect(segmentFile(7)).toBe('log/000007.tsl');
  expect(segmentNumber(segmentFile(7))).toBe(7);
  expect(segmentNumber(segmentFile(1_234_567))).toBe(1_234_567);
  for (const name of ['log/7.tsl', 'log/000007.tsl.part', 'log/000007 (1).tsl', 'log/x000007.tsl']) {
    expect(segmentNumber(name)).toBeUndefined();
  }
});
