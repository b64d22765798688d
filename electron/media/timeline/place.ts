import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import type { PacketTable } from '../packet-table.ts';
import { withoutOutliers } from './outliers.ts';
import { placeArrival } from './place-arrival.ts';
import { type ExactPlacement, placeExact } from './place-exact.ts';
import { DROPPED_LISTED, runEndSamples } from './placement.ts';
import type { DroppedPacket, Placement } from './placement.ts';
import { inTimeOrder, withoutRows } from './rows.ts';

/**
 * Gives every packet of one track its place in session time: stamps become sample positions, grouped in runs.
 * The rules, their constants and reasons stand in TIMELINE.md. A packet whose stamp is not a finite number has none
 * (`arrival` clock only).
 * @param options.repeats for an `arrival` clock: rows that equal the row before them byte for byte (stamp, size and
 *   payload), ascending. A repeat on its own is a duplicate; two or more in a row are a coder's constant silence.
 * @throws RangeError when an exact position is not a safe integer.
 */
export function place(table: PacketTable, options: { readonly repeats?: readonly number[] } = {}): Placement {
  return table.clock === 'exact'
    ? placeExactTable(table)
    : placeArrivalTable(table, loneRepeats(options.repeats ?? []));
}

function placeExactTable(table: PacketTable): Placement {
  const { placed, ordered, reordered } = placedInOrder(table);
  const { runs: builder, duplicates, overlaps } = placed;
  const packets = withoutRows(ordered, merged(duplicates, overlaps));
  const runs = builder.finish(packets);
  let overlapUnits = 0;
  for (const row of overlaps) overlapUnits += ordered.durationUnits[row] ?? 0;
  return {
    packets,
    runs,
    endSamples: runs.count === 0 ? 0 : runEndSamples(runs, runs.count - 1),
    report: {
      reordered,
      duplicates: duplicates.length,
      overlaps: overlaps.length,
      overlapSamples: overlapUnits * FRAME_UNIT_SAMPLES,
      dropped: [...listed(ordered, duplicates, 'duplicate'), ...listed(ordered, overlaps, 'overlap')].slice(
        0,
        DROPPED_LISTED,
      ),
      unstamped: 0,
      outliers: 0,
      driftSteps: 0,
      fastestLeadSamples: 0,
      largestStampDeviationSamples: undefined,
    },
  };
}

/** A log is nearly always in order, so it is placed as it is, and sorted only where that fails. */
function placedInOrder(table: PacketTable): {
  placed: ExactPlacement;
  ordered: PacketTable;
  reordered: number;
} {
  const asLogged = placeExact(table);
  if (asLogged !== undefined) return { placed: asLogged, ordered: table, reordered: 0 };
  const { packets: ordered, reordered } = inTimeOrder(table);
  const placed = placeExact(ordered);
  if (placed === undefined) throw new RangeError('packets cannot be brought into order by their positions');
  return { placed, ordered, reordered };
}

function placeArrivalTable(table: PacketTable, duplicates: readonly number[]): Placement {
  const { table: believed, outliers } = withoutOutliers(withoutRows(table, duplicates));
  const { packets, reordered } = inTimeOrder(believed);
  const placed = placeArrival(packets);
  const runs = placed.runs.finish(packets);
  return {
    packets,
    runs,
    endSamples: runs.count === 0 ? 0 : runEndSamples(runs, runs.count - 1),
    report: {
      reordered,
      duplicates: duplicates.length,
      overlaps: 0,
      overlapSamples: 0,
      dropped: listed(table, duplicates, 'duplicate'),
      outliers,
      driftSteps: placed.driftSteps,
      fastestLeadSamples: placed.fastestLeadSamples,
      ...stampDeviation(packets, runs),
    },
  };
}

/** Rows that repeat their predecessor while neither neighbour does the same. */
function loneRepeats(repeats: readonly number[]): readonly number[] {
  return repeats.filter((row, i) => repeats[i - 1] !== row - 1 && repeats[i + 1] !== row + 1);
}

/** How far stamps lie from where their packets were placed, and how many packets have no stamp. */
function stampDeviation(
  packets: PacketTable,
  runs: Placement['runs'],
): { largestStampDeviationSamples: number; unstamped: number } {
  const { count, positionsSamples, durationUnits } = packets;
  let largest = 0;
  let unstamped = 0;
  let run = -1;
  let runEnd = 0;
  let placedSamples = 0;
  // One loop over all packets: one for each run inside another takes three times as long.
  for (let row = 0; row < count; row++) {
    if (row === runEnd) {
      run++;
      runEnd = run + 1 < runs.count ? (runs.firstPacket[run + 1] ?? 0) : count;
      placedSamples = runs.startSamples[run] ?? 0;
    }
    const deviation = Math.abs((positionsSamples[row] ?? 0) - placedSamples);
    if (!Number.isFinite(deviation)) unstamped++;
    else if (deviation > largest) largest = deviation;
    placedSamples += (durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES;
  }
  return { largestStampDeviationSamples: largest, unstamped };
}

function listed(
  table: PacketTable,
  rows: readonly number[],
  reason: DroppedPacket['reason'],
): readonly DroppedPacket[] {
  return rows.slice(0, DROPPED_LISTED).map((row) => ({
    reason,
    part: table.parts[row] ?? 0,
    offsetBytes: table.offsetsBytes[row] ?? 0,
    sizeBytes: table.sizesBytes[row] ?? 0,
  }));
}

/** Two ascending lists of rows as one. */
function merged(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : [...a, ...b].sort((x, y) => x - y);
}
