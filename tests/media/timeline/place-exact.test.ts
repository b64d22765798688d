import { describe, expect, test } from 'vitest';
import { place } from '../../../electron/media/timeline/place.ts';
import { tableOf } from './sender.ts';

function runsOf(positions: number[], units: number[] = []): [number, number][] {
  const { runs } = place(tableOf('exact', positions, units));
  return Array.from(runs.firstPacket, (first, run) => [first, runs.startSamples[run] ?? NaN]);
}

describe('exact positions', () => {
  test('contiguous packets of mixed durations are one run and the same table', () => {
    const table = tableOf('exact', [7, 127, 607, 1567, 4447], [1, 4, 8, 24, 48]);
    const placement = place(table);
    expect(placement.packets).toBe(table);
    expect(placement.runs.count).toBe(1);
    expect(placement.endSamples).toBe(4447 + 48 * 120);
    expect(placement.report.largestStampDeviationSamples).toBeUndefined();
  });

  test('any departure from the end before it begins a run at its own position', () => {
    expect(runsOf([0, 960, 1921, 2881, 10_000])).toEqual([
      [0, 0],
      [2, 1921],
      [4, 10_000],
    ]);
  });

  test('a packet up to 60 samples early still fits; more is an overlap', () => {
    expect(runsOf([0, 900, 1860])).toEqual([
      [0, 0],
      [1, 900],
    ]);
    const { packets, report } = place(tableOf('exact', [0, 899, 960], []));
    expect(Array.from(packets.positionsSamples)).toEqual([0, 960]);
    expect([report.overlaps, report.overlapSamples, report.duplicates]).toEqual([1, 960, 0]);
    expect(report.dropped).toEqual([{ reason: 'overlap', part: 0, offsetBytes: 100, sizeBytes: 50 }]);
  });

  test('early packets do not push each other: a step of 919 over packets of 960 drops what no longer fits', () => {
    const positions = Array.from({ length: 100 }, (_, i) => i * 919);
    const { packets, report } = place(tableOf('exact', positions, []));
    // 41 samples too many per packet: 3 % of the packets have no room.
    expect(packets.count + report.overlaps).toBe(100);
    expect(report.overlaps).toBeGreaterThan(2);
    expect(report.overlaps).toBeLessThan(60);
  });

  test('the first in log order wins a start; the other is a duplicate, also after sorting', () => {
    const { packets, report } = place(tableOf('exact', [0, 1920, 960, 960, 2880, 0], []));
    expect(Array.from(packets.offsetsBytes)).toEqual([0, 200, 100, 400]);
    expect([report.duplicates, report.overlaps, report.reordered]).toEqual([2, 0, 3]);
    expect(report.dropped.map(({ offsetBytes }) => offsetBytes)).toEqual([500, 300]);
  });

  test('the list of dropped packets is bounded, the counts are not', () => {
    const { report } = place(tableOf('exact', Array<number>(500).fill(0), []));
    expect([report.duplicates, report.dropped.length]).toEqual([499, 100]);
  });

  test('a position that is no whole number of samples is misuse', () => {
    expect(() => place(tableOf('exact', [0, NaN], []))).toThrow(/packet 1 .* got NaN/);
    expect(() => place(tableOf('exact', [0.5], []))).toThrow(RangeError);
  });
});
