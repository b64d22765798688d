import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NanoCollector } from '../../../electron/media/nano-wal/collector.ts';
import { orderLogFiles } from '../../../electron/media/nano-wal/log-file.ts';
import { fill } from '../../../electron/media/timeline/fill.ts';
import { gapReport } from '../../../electron/media/timeline/gap-report.ts';
import { place } from '../../../electron/media/timeline/place.ts';
import { scanLog } from '../nano-wal/scan-log.ts';
import { MS } from './sender.ts';

/** Logs that the nano-wal crate wrote: four people at a table, 86 s, packets of 20 ms. */
const folder = join(import.meta.dirname, '../../fixtures/bvc-roundtable');
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  { packets: number; first_ms: number; last_ms: number }
>;
const PACKET_MS = 20;
const DURATION_SAMPLES = 85_810 * MS;

const collector = new NanoCollector();
for (const { file } of orderLogFiles(readdirSync(join(folder, 'wal')))) {
  scanLog(readFileSync(join(folder, 'wal', file)), { file: `wal/${file}`, collector });
}

test('all four are there', () => {
  expect(collector.tracks.map(({ player }) => player).sort()).toEqual(Object.keys(expected).sort());
});

describe.each(collector.tracks)('$player', (track) => {
  const { player, repeats } = track;
  const packets = track.packets.finish();
  const placement = place(packets, { repeats });
  const { runs, report } = placement;
  const wanted = expected[player] ?? { packets: NaN, first_ms: NaN, last_ms: NaN };

  test('every packet is placed, and within 8 ms of its stamp', () => {
    expect(placement.packets.count).toBe(wanted.packets);
    expect(report).toMatchObject({ duplicates: 0, unstamped: 0, outliers: 0, driftSteps: 0 });
    expect(report.largestStampDeviationSamples).toBeLessThanOrEqual(8 * MS);
    expect(Math.abs((runs.startSamples[0] ?? NaN) - wanted.first_ms * MS)).toBeLessThanOrEqual(8 * MS);
    const lastSamples = placement.endSamples - PACKET_MS * MS;
    expect(Math.abs(lastSamples - wanted.last_ms * MS)).toBeLessThanOrEqual(8 * MS);
  });

  test('gaps are where stamps leave room for lost time, and come to what the stamps leave', () => {
    const spanMs = wanted.last_ms - wanted.first_ms + PACKET_MS;
    const silentMs = spanMs - wanted.packets * PACKET_MS;
    const { gaps } = gapReport(
      fill(placement, { originSamples: 0, endSamples: DURATION_SAMPLES, preSkipSamples: 312 }),
      [],
    );
    expect(Math.abs(gaps.samples - silentMs * MS)).toBeLessThanOrEqual(16 * MS);

    const stamps = placement.packets.positionsSamples;
    const pauses = Array.from(stamps.subarray(1), (stamp, i) => stamp - (stamps[i] ?? NaN)).filter(
      (step) => step > 3 * PACKET_MS * MS,
    );
    expect(gaps.count).toBe(pauses.length);
    for (const { durationSamples } of gaps.list) expect(durationSamples).toBeGreaterThan(40 * MS);
  });
});
