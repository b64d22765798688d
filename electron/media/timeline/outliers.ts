import { SAMPLES_PER_MS } from '../../../shared/time/samples.ts';
import type { PacketTable } from '../packet-table.ts';

/**
 * Stamps in a log ascend, since packets are logged as they arrive; between two threads they may swap by milliseconds.
 * A stamp further than this behind one before it, or ahead of one after it, cannot be when the packet came.
 */
export const MAX_DISORDER_SAMPLES = 1000 * SAMPLES_PER_MS;

/**
 * Nothing contradicts the last stamp of a log. But one packet on its own after an hour of silence, and then the end,
 * is most likely a bit that flipped, and believed it would draw the session out by hours.
 */
export const MAX_LAST_JUMP_SAMPLES = 3600 * 1000 * SAMPLES_PER_MS;

/**
 * The table without the stamps that contradict the others in log order, as a flipped bit makes them in a log without
 * checksums: such packets stay, with the stamp NaN. The very same table when there are none, which costs one pass
 * over the stamps. Silence of any length is no contradiction. TIMELINE.md has the rules.
 */
export function withoutOutliers(table: PacketTable): { table: PacketTable; outliers: number } {
  const { count, positionsSamples: logged } = table;
  const rows = isContradictory(logged, count) ? contradictingRows(logged, count) : [];
  const stamps = rows.length === 0 ? logged : withoutStamps(logged, rows);
  const last = stampedRowBefore(stamps, count);
  const lastButOne = stampedRowBefore(stamps, last);
  if (lastButOne >= 0 && (stamps[last] ?? 0) - (stamps[lastButOne] ?? 0) > MAX_LAST_JUMP_SAMPLES)
    rows.push(last);
  if (rows.length === 0) return { table, outliers: 0 };
  return { table: { ...table, positionsSamples: withoutStamps(logged, rows) }, outliers: rows.length };
}

function isContradictory(stamps: Float64Array, count: number): boolean {
  let latest = -Infinity;
  for (let row = 0; row < count; row++) {
    const stamp = stamps[row] ?? 0;
    if (stamp > latest) {
      if (stamp < Infinity) latest = stamp;
    } else if (stamp < latest - MAX_DISORDER_SAMPLES && stamp > -Infinity) return true;
  }
  return false;
}

/** Rows whose stamps contradict the longest ascending series there is in log order; ascending. */
function contradictingRows(stamps: Float64Array, count: number): number[] {
  const series = longestSeries(stamps, count);
  const rows: number[] = [];
  let earliest = -Infinity;
  let next = 0;
  for (let row = 0; row < count; row++) {
    const stamp = stamps[row] ?? 0;
    if (row === series[next]) {
      earliest = stamp - MAX_DISORDER_SAMPLES;
      next++;
    } else if (Number.isFinite(stamp)) {
      const nextRow = series[next];
      const latest = nextRow === undefined ? Infinity : (stamps[nextRow] ?? 0) + MAX_DISORDER_SAMPLES;
      if (stamp < earliest || stamp > latest) rows.push(row);
    }
  }
  return rows;
}

/**
 * Rows of the longest series of stamps that never falls, of several the one that is found last. Patience sorting:
 * `ends` holds for each length the row at which a series of that length ends lowest.
 */
function longestSeries(stamps: Float64Array, count: number): Uint32Array {
  const ends = new Uint32Array(count);
  const rowBefore = new Uint32Array(count);
  let length = 0;
  for (let row = 0; row < count; row++) {
    const stamp = stamps[row] ?? 0;
    if (!Number.isFinite(stamp)) continue;
    let at = length;
    if (length > 0 && stamp < (stamps[ends[length - 1] ?? 0] ?? 0)) {
      let low = 0;
      for (at = length - 1; low < at;) {
        const middle = (low + at) >> 1;
        if ((stamps[ends[middle] ?? 0] ?? 0) <= stamp) low = middle + 1;
        else at = middle;
      }
    }
    if (at > 0) rowBefore[row] = ends[at - 1] ?? 0;
    ends[at] = row;
    if (at === length) length++;
  }
  const series = ends.subarray(0, length);
  for (let i = length - 1; i > 0; i--) series[i - 1] = rowBefore[series[i] ?? 0] ?? 0;
  return series;
}

function stampedRowBefore(stamps: Float64Array, end: number): number {
  let row = end - 1;
  while (row >= 0 && !Number.isFinite(stamps[row])) row--;
  return row;
}

function withoutStamps(stamps: Float64Array, rows: readonly number[]): Float64Array {
  const copy = stamps.slice();
  for (const row of rows) copy[row] = NaN;
  return copy;
}
