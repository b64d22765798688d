import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PacketTable } from '../../../electron/media/packet-table.ts';
import { fill } from '../../../electron/media/timeline/fill.ts';
import type { FilledTrack } from '../../../electron/media/timeline/fill.ts';
import { gapReport } from '../../../electron/media/timeline/gap-report.ts';
import { place } from '../../../electron/media/timeline/place.ts';
import type { Placement } from '../../../electron/media/timeline/placement.ts';
import { MS, UNIT, placedSamples, tableOf } from './sender.ts';

const RUNS = { seed: 20_260_411, numRuns: 400 };

/** One packet and how it comes after the one before: mostly close, now and then a gap, a repeat or a step back. */
const step = fc.record({
  units: fc.integer({ min: 1, max: 48 }),
  afterSamples: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: -70, max: 130 }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -20_000, max: 0 }) },
    { weight: 1, arbitrary: fc.integer({ min: -300_000, max: 300_000 }) },
  ),
  jitterMs: fc.integer({ min: -8, max: 8 }),
  isRepeat: fc.boolean(),
  isUnstamped: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const steps = fc.array(step, { maxLength: 120 });

function tableFrom(clock: PacketTable['clock'], list: readonly Step[], firstSamples: number): PacketTable {
  let endSamples = firstSamples;
  let lastSamples = firstSamples;
  const positions = list.map(({ units, afterSamples, jitterMs, isRepeat, isUnstamped }) => {
    const trueSamples = isRepeat && afterSamples < -100 ? lastSamples : endSamples + afterSamples;
    lastSamples = trueSamples;
    endSamples = trueSamples + units * UNIT;
    if (clock === 'exact') return trueSamples;
    return isUnstamped ? NaN : (Math.round(trueSamples / MS) + jitterMs) * MS;
  });
  return tableOf(
    clock,
    positions,
    list.map(({ units }) => units),
  );
}

const table = fc
  .tuple(
    fc.constantFrom<PacketTable['clock']>('exact', 'arrival'),
    steps,
    fc.integer({ min: 0, max: 50_000 }),
  )
  .map(([clock, list, first]) => tableFrom(clock, list, first));

/** Walks the filled run packet by packet and returns each recorded packet's media time. */
function laidSamples({ placement, fillerUnitsBefore }: FilledTrack): { times: number[]; endSamples: number } {
  const { packets, runs } = placement;
  const times: number[] = [];
  let at = 0;
  for (let run = 0; run < runs.count; run++) {
    at += (fillerUnitsBefore[run] ?? NaN) * UNIT;
    const end = runs.firstPacket[run + 1] ?? packets.count;
    for (let row = runs.firstPacket[run] ?? NaN; row < end; row++) {
      times.push(at);
      at += (packets.durationUnits[row] ?? NaN) * UNIT;
    }
  }
  return { times, endSamples: at };
}

/** A row as one value; offsets are unique, so equal rows mean the same packet, unchanged. */
function rows(packets: PacketTable): string[] {
  return Array.from(
    packets.offsetsBytes,
    (offset, row) =>
      `${offset} ${packets.sizesBytes[row]} ${packets.durationUnits[row]} ${packets.parts[row]}`,
  );
}

function checkPlacement(input: PacketTable, placement: Placement): void {
  const { packets, runs, report } = placement;
  const before = rows(input);
  const after = rows(packets);
  expect(after.length + report.duplicates + report.overlaps).toBe(before.length);
  expect(new Set(after).size).toBe(after.length);
  expect(new Set([...before, ...after]).size).toBe(before.length);
  const lost = before.filter((row) => !after.includes(row)).map((row) => Number(row.split(' ')[0]));
  expect(report.dropped.map(({ offsetBytes }) => offsetBytes).sort((a, b) => a - b)).toEqual(lost);
  if (lost.length === 0 && report.reordered === 0 && report.outliers === 0) expect(packets).toBe(input);
  if (report.reordered > 0) expect(packets).not.toBe(input);

  const logged = new Map(
    Array.from(input.offsetsBytes, (offset, row) => [offset, input.positionsSamples[row]]),
  );
  const changed = Array.from(packets.offsetsBytes).filter(
    (offset, row) => !Object.is(logged.get(offset), packets.positionsSamples[row]),
  );
  expect(changed).toHaveLength(report.outliers);
  const stamps = Array.from(packets.positionsSamples).filter((stamp) => Number.isFinite(stamp));
  expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
  expect(Array.from(runs.firstPacket)).toEqual([...new Set(runs.firstPacket)].sort((a, b) => a - b));
  if (packets.count > 0) expect(runs.firstPacket[0]).toBe(0);
  const placed = placedSamples(placement);
  if (input.clock === 'exact') expect(placed).toEqual(Array.from(packets.positionsSamples));
  else {
    expect(Math.min(0, ...placed)).toBe(0);
    placed.slice(1).forEach((at, row) => {
      expect(at).toBeGreaterThanOrEqual((placed[row] ?? 0) + (packets.durationUnits[row] ?? 0) * UNIT);
    });
  }
}

test('placing keeps or counts every packet, once and unchanged, in order of time', () => {
  fc.assert(
    fc.property(table, fc.array(fc.nat(130), { maxLength: 12 }), (input, marks) => {
      const repeats = [...new Set(marks)].filter((row) => row > 0 && row < input.count).sort((a, b) => a - b);
      checkPlacement(input, place(input, { repeats }));
    }),
    RUNS,
  );
});

test('a session fills to complete runs of equal length, every packet within 60 samples, the first exact', () => {
  fc.assert(
    fc.property(
      fc.array(table, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: 400 }),
      (tables, leadSamples, tailSamples, preSkipSamples) => {
        const placements = tables.map((input) => place(input));
        const originSamples =
          Math.min(0, ...placements.map(({ runs }) => runs.startSamples[0] ?? 0)) - leadSamples;
        const endSamples = Math.max(...placements.map((placement) => placement.endSamples)) + tailSamples;
        for (const placement of placements) {
          const track = fill(placement, { originSamples, endSamples, preSkipSamples });
          const { times, endSamples: laidEnd } = laidSamples(track);
          const placed = placedSamples(placement);
          const errors = times.map(
            (time, row) => time - track.leadTrimSamples - ((placed[row] ?? NaN) - originSamples),
          );
          expect(Math.max(0, ...errors.map(Math.abs))).toBeLessThanOrEqual(60);
          expect(errors[0] ?? 0).toBe(0);

          expect(track.leadTrimSamples).toBeGreaterThanOrEqual(0);
          expect(track.leadTrimSamples).toBeLessThan(UNIT);
          expect(laidEnd + track.tailFillerUnits * UNIT - track.lastTrimSamples).toBe(track.mediaSamples);
          expect(track.lastTrimSamples).toBeGreaterThanOrEqual(0);
          expect(track.lastTrimSamples).toBeLessThan(UNIT);
          expect(track.editStartSamples).toBe(preSkipSamples + track.leadTrimSamples);
          expect(track.editDurationSamples).toBe(endSamples - originSamples);
          expect(track.mediaSamples).toBe(track.editStartSamples + track.editDurationSamples);

          const report = gapReport(track, []);
          expect(report.largestErrorSamples).toBe(Math.max(0, ...errors.map(Math.abs)));
          const recorded =
            Array.from(placement.packets.durationUnits).reduce((sum, units) => sum + units, 0) * UNIT;
          expect(recorded + report.silenceSamples).toBe(track.mediaSamples + track.lastTrimSamples);
        }
      },
    ),
    RUNS,
  );
});
