import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import type { PacketTable } from '../packet-table.ts';
import { RunsBuilder } from './placement.ts';

/** A slow clock is followed in steps of one 2.5 ms frame of silence, the least that can be laid. */
const DRIFT_STEP_SAMPLES = FRAME_UNIT_SAMPLES;

/** Steps in one window (40 ms in 5 s of 20 ms packets): no clock is slower, so more can only be a passing delay. */
const MAX_DRIFT_STEPS = 16;

/** The placement: the lag at which packets lie, rising from run to run and never falling. */
export class Staircase {
  readonly runs = new RunsBuilder();
  /** Steps of 120 samples for a slow sender clock. */
  driftSteps = 0;
  /** Largest amount by which the placement ran ahead of the stamps. */
  fastestLeadSamples = 0;
  readonly #packets: PacketTable;
  #lag = -Infinity;

  constructor(packets: PacketTable) {
    this.#packets = packets;
  }

  /**
   * Begins a run at this row with this lag, unless the placement is there already: then the gap only uses up the
   * lead that a fast clock has gained, or is too short to lay a frame in.
   */
  riseTo(lag: number, row: number, elapsed: number): void {
    // No stamp at all leaves the lag infinite: such a track begins at T0. Nothing is placed before T0.
    const wanted = Number.isFinite(lag) ? Math.round(lag) : -elapsed;
    const next = Math.max(wanted, -elapsed);
    if (next >= this.#lag + FRAME_UNIT_SAMPLES) {
      this.#lag = next;
      this.runs.add(row, elapsed + next, false);
    }
    this.#noteLead(wanted);
  }

  /** Whether a lag is far enough above the placement to lay a frame of silence for it. */
  isBehind(lag: number): boolean {
    return lag - this.#lag >= DRIFT_STEP_SAMPLES;
  }

  /** Compares a later window of the same run with the placement and follows a slow clock. */
  follow(medianLag: number, firstRow: number, firstElapsed: number, lastRow: number): void {
    if (this.isBehind(medianLag)) this.#step(medianLag - this.#lag, firstRow, firstElapsed, lastRow);
    else this.#noteLead(medianLag);
  }

  /** Spreads the steps evenly over the window, each before the smallest packet of its stretch: the quietest place. */
  #step(behind: number, firstRow: number, firstElapsed: number, lastRow: number): void {
    const { sizesBytes, durationUnits } = this.#packets;
    const steps = Math.min(Math.floor(behind / DRIFT_STEP_SAMPLES), MAX_DRIFT_STEPS);
    const rows = lastRow + 1 - firstRow;
    let elapsed = firstElapsed;
    let row = firstRow;
    for (let step = 1; step <= steps; step++) {
      const stretchEnd = firstRow + Math.floor((rows * step) / steps);
      let quietest = row;
      let quietestElapsed = elapsed;
      for (; row < stretchEnd; row++) {
        if ((sizesBytes[row] ?? 0) < (sizesBytes[quietest] ?? 0)) {
          quietest = row;
          quietestElapsed = elapsed;
        }
        elapsed += (durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES;
      }
      this.#lag += DRIFT_STEP_SAMPLES;
      this.runs.add(quietest, quietestElapsed + this.#lag, true);
      this.driftSteps++;
    }
  }

  #noteLead(lag: number): void {
    this.fastestLeadSamples = Math.max(this.fastestLeadSamples, this.#lag - lag);
  }
}
