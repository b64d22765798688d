import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { gridSlot } from './placement.ts';
import type { Placement } from './placement.ts';

/** Which stretch of session time a track is filled to; all in whole samples. */
export interface FillRange {
  /** Where the export begins, from T0; may be negative, and is not after the first packet. */
  readonly originSamples: number;
  /** Where the export ends, from T0; common to all tracks and not before any packet's end. */
  readonly endSamples: number;
  /** The encoder's lookahead, which the edit list skips. */
  readonly preSkipSamples: number;
}

/**
 * One track as a complete run of Opus packets: silence and recorded packets without a gap from media time zero.
 * A recorded packet's media time is its position less the origin plus `leadTrimSamples`, exactly for the first packet
 * and within 60 samples for all others.
 */
export interface FilledTrack {
  readonly placement: Placement;
  readonly range: FillRange;
  /** Silence before run r, in units of 120 samples. */
  readonly fillerUnitsBefore: Float64Array;
  /** Where run r lies less where it belongs, -60 to 60 samples; 0 for the first. */
  readonly errorSamples: Int8Array;
  /** Silence after the last packet (or in place of any), in units of 120 samples. */
  readonly tailFillerUnits: number;
  /** Silence laid before the origin because silence comes in whole units, 0 to 119; the edit list skips it. */
  readonly leadTrimSamples: number;
  /** By how much the last packet's duration in the sample table is shortened to end exactly; less than it lasts. */
  readonly lastTrimSamples: number;
  /** Sum of all durations in the sample table, the shortened last one included. */
  readonly mediaSamples: number;
  /** Media time of the edit: pre-skip and `leadTrimSamples`. */
  readonly editStartSamples: number;
  /** Length of the edit: the export's length, the same for all tracks of a session. */
  readonly editDurationSamples: number;
}

/**
 * Fills the gaps of a placed track. Every run is laid on the slot nearest to its absolute position, so rounding
 * cannot add up however many gaps there are.
 * @throws RangeError when the range is not in whole samples, does not cover the packets, or runs overlap.
 */
export function fill(placement: Placement, range: FillRange): FilledTrack {
  const { runs } = placement;
  const { originSamples, endSamples, preSkipSamples } = range;
  requireCovered(placement, range);

  const firstSamples = runs.count === 0 ? originSamples : (runs.startSamples[0] ?? 0);
  const leadUnits = Math.ceil((firstSamples - originSamples) / FRAME_UNIT_SAMPLES);
  const leadTrimSamples = leadUnits * FRAME_UNIT_SAMPLES - (firstSamples - originSamples);

  const fillerUnitsBefore = new Float64Array(runs.count);
  const errorSamples = new Int8Array(runs.count);
  let laidUnits = 0;
  for (let run = 0; run < runs.count; run++) {
    const startSamples = runs.startSamples[run] ?? 0;
    const slot = gridSlot(startSamples, firstSamples);
    const units = run === 0 ? leadUnits : slot - laidUnits;
    if (units < 0) throw new RangeError(`run ${run} must not begin before the end of the run before it`);
    fillerUnitsBefore[run] = units;
    errorSamples[run] = slot * FRAME_UNIT_SAMPLES - (startSamples - firstSamples);
    laidUnits = slot + (runs.lengthUnits[run] ?? 0);
  }

  const editStartSamples = preSkipSamples + leadTrimSamples;
  const editDurationSamples = endSamples - originSamples;
  const mediaSamples = editStartSamples + editDurationSamples;
  const coveredSamples = (leadUnits + laidUnits) * FRAME_UNIT_SAMPLES;
  const tailFillerUnits = Math.max(0, Math.ceil((mediaSamples - coveredSamples) / FRAME_UNIT_SAMPLES));
  return {
    placement,
    range,
    fillerUnitsBefore,
    errorSamples,
    tailFillerUnits,
    leadTrimSamples,
    lastTrimSamples: coveredSamples + tailFillerUnits * FRAME_UNIT_SAMPLES - mediaSamples,
    mediaSamples,
    editStartSamples,
    editDurationSamples,
  };
}

function requireCovered(placement: Placement, range: FillRange): void {
  const { runs } = placement;
  for (const [name, samples] of Object.entries(range)) {
    if (!Number.isSafeInteger(samples)) throw new RangeError(`${name} must be whole samples, got ${samples}`);
  }
  if (range.preSkipSamples < 0)
    throw new RangeError(`preSkipSamples must not be negative, got ${range.preSkipSamples}`);
  if (range.endSamples < range.originSamples) {
    throw new RangeError(`endSamples must not be before ${range.originSamples}, got ${range.endSamples}`);
  }
  if (runs.count === 0) return;
  const firstSamples = runs.startSamples[0] ?? 0;
  if (range.originSamples > firstSamples) {
    throw new RangeError(
      `originSamples must not be after the first packet at ${firstSamples}, got ${range.originSamples}`,
    );
  }
  if (range.endSamples < placement.endSamples) {
    throw new RangeError(
      `endSamples must not be before the last packet's end at ${placement.endSamples}, got ${range.endSamples}`,
    );
  }
}
