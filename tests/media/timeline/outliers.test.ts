import { describe, expect, test } from 'vitest';
import {
  MAX_DISORDER_SAMPLES,
  MAX_LAST_JUMP_SAMPLES,
  withoutOutliers,
} from '../../../electron/media/timeline/outliers.ts';
import { place } from '../../../electron/media/timeline/place.ts';
import { MS, Sender, placedSamples, seeded, tableOf } from './sender.ts';

const HOUR = 3600 * 1000;

/** The rows whose stamps are not believed. */
function outliersIn(stampsMs: readonly number[]): number[] {
  const table = tableOf(
    'arrival',
    stampsMs.map((ms) => ms * MS),
    [],
  );
  const before = table.positionsSamples.slice();
  const { table: after, outliers } = withoutOutliers(table);
  const rows = stampsMs.flatMap((ms, row) =>
    Number.isFinite(ms) && Number.isNaN(after.positionsSamples[row]) ? [row] : [],
  );
  expect(outliers).toBe(rows.length);
  expect(table.positionsSamples).toEqual(before);
  if (rows.length === 0) expect(after).toBe(table);
  return rows;
}

describe('stamps against their neighbours', () => {
  test.each([
    ['hours too late', [0, 20, 3 * HOUR, 60, 80], [2]],
    ['hours too early', [9 * HOUR, 9 * HOUR + 20, 40, 9 * HOUR + 60], [2]],
    ['the first, too late', [HOUR, 20, 40, 60], [0]],
    ['the last, too early', [HOUR, HOUR + 20, HOUR + 40, 60], [3]],
    ['two in succession, as if they ascended', [0, 20, HOUR, HOUR + 20, 80, 100, 120], [2, 3]],
    ['two of which one exceeds the other', [0, 5 * HOUR, 40, 60, 2 * HOUR, 100, 120], [1, 4]],
    ['just beyond the bound', [0, 20, 1101, 100, 120, 140], [2]],
    ['none: within the bound', [0, 20, 1100, 100, 120, 140], []],
    ['none: swapped neighbours', [0, 40, 20, 60, 60, 59], []],
    ['none: silence of hours', [0, 20, 5 * HOUR, 5 * HOUR + 20, 300 * HOUR, 300 * HOUR + 20], []],
    ['beside packets without a stamp', [0, NaN, HOUR, NaN, 40, Infinity, 60, -Infinity], [2]],
    ['none: only one stamp', [NaN, HOUR, NaN], []],
    ['none: no stamp at all', [NaN, NaN], []],
    ['none: no packet', [], []],
  ])('%s', (_name, stampsMs, expected) => {
    expect(outliersIn(stampsMs)).toEqual(expected);
  });

  test('the last stamp is believed up to an hour of silence, also where others are not', () => {
    const mostMs = MAX_LAST_JUMP_SAMPLES / MS;
    expect(outliersIn([0, 20, 20 + mostMs])).toEqual([]);
    expect(outliersIn([0, 20, 21 + mostMs])).toEqual([2]);
    expect(outliersIn([0, 20, 9 * HOUR, 60, 80, 81 + mostMs, NaN])).toEqual([2, 5]);
    // Somebody who speaks again after hours is not one packet.
    expect(outliersIn([0, 20, 5 * HOUR, 5 * HOUR + 20])).toEqual([]);
  });

  test('a clock set back by half an hour: the packets stay in the order of the log', () => {
    const before = Array.from({ length: 300 }, (_, i) => 2 * HOUR + i * 20);
    const after = before.map((ms) => ms + 300 * 20 - HOUR / 2);
    const table = tableOf(
      'arrival',
      [...before, ...after].map((ms) => ms * MS),
      [],
    );
    const { packets, report, runs } = place(table);
    expect(Array.from(packets.offsetsBytes)).toEqual(Array.from(table.offsetsBytes));
    expect(report.outliers).toBe(300);
    expect(runs.count).toBe(1);
  });
});

describe('one flipped bit in a stamp', () => {
  const NETWORK = { jitterMs: 6, startMs: 500 };

  /** A conversation over nine hours, silent for hours in between. */
  function conversation(): Sender {
    const sender = new Sender(NETWORK);
    for (let i = 0; i < 40; i++) sender.send(50 + ((i * 37) % 300)).pause(i % 13 === 12 ? 3 * HOUR : 700);
    return sender;
  }

  test('moves no other packet by more than 2 ms, and its own follows the one before it', () => {
    const clean = conversation();
    const undamaged = place(clean.table());
    const random = seeded(41);
    let contradictions = 0;
    for (let bit = 11; bit <= 34; bit++) {
      const row = 1 + Math.floor(random() * (clean.stamps.length - 2));
      const damaged = clean.table();
      const stampMs = (damaged.positionsSamples[row] ?? 0) / MS;
      const flippedMs = stampMs + (Math.floor(stampMs / 2 ** bit) % 2 === 0 ? 2 ** bit : -(2 ** bit));
      damaged.positionsSamples[row] = flippedMs * MS;
      const contradicts = withoutOutliers(damaged).outliers === 1;
      // A stamp moved into a silence beside it contradicts nothing.
      if (!contradicts) {
        expect(Math.abs(flippedMs - stampMs)).toBeLessThan(4 * HOUR);
        continue;
      }
      contradictions++;
      const placement = place(damaged);
      expect(placement.report).toMatchObject({ outliers: 1, unstamped: 1, reordered: 0 });
      expect(Math.abs(placement.endSamples - undamaged.endSamples)).toBeLessThan(2 * MS);
      const placed = placedSamples(placement);
      const moved = placedSamples(undamaged).filter((at, i) => Math.abs(at - (placed[i] ?? NaN)) > 2 * MS);
      expect(moved.length).toBeLessThanOrEqual(1);
    }
    expect(contradictions).toBeGreaterThan(18);
  });

  test('thirty of them, and one in the last stamp', () => {
    const sender = new Sender(NETWORK)
      .send(2000)
      .pause(4 * HOUR)
      .send(2000);
    const table = sender.table();
    const random = seeded(5);
    const flipped = new Set([table.count - 1]);
    while (flipped.size < 31) flipped.add(1 + Math.floor(random() * (table.count - 2)));
    for (const row of flipped) {
      table.positionsSamples[row] =
        (table.positionsSamples[row] ?? 0) + (row % 2 === 0 ? 2 ** 27 : 2 ** 26) * MS;
    }
    const { report, endSamples, runs } = place(table);
    expect([report.outliers, report.unstamped, report.reordered]).toEqual([31, 31, 0]);
    expect(runs.count).toBe(2);
    expect(Math.abs(endSamples - sender.nowSamples)).toBeLessThan(8 * MS);
  });

  test('a log of random stamps ends, with every packet in it', () => {
    const random = seeded(3);
    const stamps = Array.from({ length: 50_000 }, () => Math.floor(random() * 2 ** 34) * MS);
    const { packets, report } = place(tableOf('arrival', stamps, []));
    expect(packets.count).toBe(50_000);
    expect(report.outliers).toBeGreaterThan(49_000);
    expect(MAX_DISORDER_SAMPLES).toBe(48_000);
  });
});
