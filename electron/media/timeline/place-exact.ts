import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import type { PacketTable } from '../packet-table.ts';
import { RunsBuilder, gridSlot } from './placement.ts';

/** Runs over the kept packets, and the rows left out, ascending. */
export interface ExactPlacement {
  /** `firstPacket` counts kept packets only. */
  readonly runs: RunsBuilder;
  /** Rows that begin where a kept packet begins. */
  readonly duplicates: readonly number[];
  /** Rows whose place on the grid is taken by the packet before them. */
  readonly overlaps: readonly number[];
}

/**
 * Places packets whose positions are exact. A packet that begins where its predecessor ends continues the run; any
 * other begins a run at its own position, so runs describe positions exactly and errors cannot add up. Whether a
 * packet fits is asked on the grid where it will lie: its nearest slot must not lie before its predecessor's end.
 * That keeps every packet within 60 samples of its position, which a test against the predecessor's position would
 * not: the predecessor may itself lie 60 samples late.
 * @param packets in time order.
 * @returns undefined where they are not.
 * @throws RangeError when a position is not a safe integer.
 */
export function placeExact(packets: PacketTable): ExactPlacement | undefined {
  const { count, positionsSamples, durationUnits } = packets;
  const runs = new RunsBuilder();
  const duplicates: number[] = [];
  const overlaps: number[] = [];
  const firstSamples = positionsSamples[0] ?? 0;
  let kept = 0;
  let endSlot = 0;
  let startSamples = NaN;
  let endSamples = NaN;
  let lastSamples = -Infinity;
  for (let row = 0; row < count; row++) {
    const positionSamples = positionsSamples[row] ?? 0;
    if (positionSamples < lastSamples) return undefined;
    lastSamples = positionSamples;
    if (positionSamples !== endSamples) {
      if (!Number.isSafeInteger(positionSamples)) {
        throw new RangeError(`packet ${row} needs a position in whole samples, got ${positionSamples}`);
      }
      if (positionSamples === startSamples) {
        duplicates.push(row);
        continue;
      }
      const slot = gridSlot(positionSamples, firstSamples);
      if (slot < endSlot) {
        overlaps.push(row);
        continue;
      }
      runs.add(kept, positionSamples, false);
      endSlot = slot;
    }
    const units = durationUnits[row] ?? 0;
    startSamples = positionSamples;
    endSamples = positionSamples + units * FRAME_UNIT_SAMPLES;
    endSlot += units;
    kept++;
  }
  return { runs, duplicates, overlaps };
}
