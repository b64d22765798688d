import { describe, expect, test } from 'vitest';
import { fill } from '../../../electron/media/timeline/fill.ts';
import { gapReport } from '../../../electron/media/timeline/gap-report.ts';
import { place } from '../../../electron/media/timeline/place.ts';
import { Sender, tableOf } from './sender.ts';

describe('fill', () => {
  test('the worked example of TIMELINE.md', () => {
    const placement = place(tableOf('exact', [1000, 1960, 4000], [8, 8, 8]));
    const track = fill(placement, { originSamples: -50, endSamples: 6000, preSkipSamples: 312 });
    expect(Array.from(track.fillerUnitsBefore)).toEqual([9, 9]);
    expect(Array.from(track.errorSamples)).toEqual([0, 0]);
    expect(track).toMatchObject({
      leadTrimSamples: 30,
      editStartSamples: 342,
      editDurationSamples: 6050,
      mediaSamples: 6392,
      tailFillerUnits: 12,
      lastTrimSamples: 88,
    });
    expect(gapReport(track, [])).toMatchObject({
      packets: 3,
      runs: 2,
      gaps: { count: 1, samples: 1080, list: [{ startSamples: 2920, durationSamples: 1080 }] },
      silencePackets: 2 + 2 + 2,
      silenceSamples: 30 * 120,
    });
  });

  test('an empty track is silence of the same length', () => {
    const placement = place(tableOf('exact', [], []));
    const track = fill(placement, { originSamples: -50, endSamples: 6000, preSkipSamples: 312 });
    expect(track).toMatchObject({
      leadTrimSamples: 0,
      editStartSamples: 312,
      editDurationSamples: 6050,
      tailFillerUnits: 54,
      lastTrimSamples: 118,
    });
    expect(gapReport(track, [])).toMatchObject({
      packets: 0,
      runs: 0,
      silencePackets: 6 + 2,
      meanErrorSamples: 0,
    });
  });

  test('rounding does not add up over ten thousand gaps of 100 samples', () => {
    const placement = place(
      tableOf(
        'exact',
        Array.from({ length: 10_000 }, (_, i) => 17 + i * 1060),
        [],
      ),
    );
    const track = fill(placement, { originSamples: 17, endSamples: placement.endSamples, preSkipSamples: 0 });
    expect(placement.runs.count).toBe(10_000);
    expect(Math.max(...track.errorSamples)).toBeLessThanOrEqual(60);
    expect(Math.min(...track.errorSamples)).toBeGreaterThanOrEqual(-60);
    const report = gapReport(track, []);
    expect(report.gaps.list).toHaveLength(1000);
    expect(report.gaps.count).toBeGreaterThan(8000);
    expect(report.meanErrorSamples).toBeCloseTo(30, 0);
  });

  test('a packet a year away is reported like any other', () => {
    const yearSamples = 366 * 24 * 3600 * 48_000;
    const placement = place(tableOf('exact', [0, yearSamples], []));
    const endSamples = placement.endSamples + yearSamples;
    const track = fill(placement, { originSamples: 0, endSamples, preSkipSamples: 0 });
    expect(Array.from(track.fillerUnitsBefore)).toEqual([0, yearSamples / 120 - 8]);
    expect(track.tailFillerUnits).toBe(yearSamples / 120);
    expect(gapReport(track, []).silenceSamples).toBe(2 * yearSamples - 960);
  });

  test('drift steps are not gaps', () => {
    const placement = place(new Sender({ jitterMs: 6, slowPpm: 200 }).send(30_000).table());
    const track = fill(placement, {
      originSamples: 0,
      endSamples: placement.endSamples,
      preSkipSamples: 312,
    });
    const report = gapReport(track, []);
    expect(report.driftSteps).toBeGreaterThan(40);
    expect(report).toMatchObject({ runs: 1, gaps: { count: 0, samples: 0 } });
    expect(Array.from(track.fillerUnitsBefore.subarray(1)).every((units) => units === 1)).toBe(true);
    expect(report.largestStampDeviationMs).toBeLessThan(12);
  });

  test('only findings that lost audio are damage, and a report survives JSON', () => {
    const placement = place(tableOf('exact', [0], []));
    const track = fill(placement, { originSamples: 0, endSamples: 960, preSkipSamples: 0 });
    const range = { file: 'log/000001.log', startByte: 10, endByte: 25, reason: 'x' };
    const report = gapReport(track, [
      { kind: 'bad-checksum', ...range },
      { kind: 'no-timestamp', ...range },
    ]);
    expect(report.damage).toEqual({
      count: 1,
      bytes: 15,
      list: [{ kind: 'bad-checksum', file: 'log/000001.log', startByte: 10, endByte: 25 }],
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('a range that does not cover the packets is misuse, and the message says by how much', () => {
    const placement = place(tableOf('exact', [1000], []));
    const range = { originSamples: 0, endSamples: 1960, preSkipSamples: 312 };
    expect(fill(placement, range).lastTrimSamples).toBeLessThan(120);
    expect(() => fill(placement, { ...range, endSamples: 1959 })).toThrow(/1960, got 1959/);
    expect(() => fill(placement, { ...range, originSamples: 1001 })).toThrow(/1000, got 1001/);
    expect(() => fill(placement, { ...range, originSamples: 0.5 })).toThrow(/originSamples .* got 0.5/);
    expect(() => fill(placement, { ...range, preSkipSamples: -1 })).toThrow(RangeError);
    const empty = place(tableOf('exact', [], []));
    expect(() => fill(empty, { ...range, endSamples: -1 })).toThrow(/0, got -1/);
    expect(() => fill(empty, { ...range, endSamples: 2 ** 53 })).toThrow(RangeError);
  });
});
