import { FRAME_UNIT_SAMPLES, SAMPLES_PER_MS, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { PacketTable } from '../packet-table.ts';
import { FutureMinimum } from './future-minimum.ts';
import { MAX_JITTER_SAMPLES, StampWindow } from './stamp-window.ts';
import { RunsBuilder } from './placement.ts';

/**
 * Smallest rise of the lag that is a gap. Above 12 ms, the whole width of +-6 ms of jitter plus rounding to
 * milliseconds, so that noise is no gap; below 20 ms, so that a single lost packet is one.
 */
export const GAP_TOLERANCE_SAMPLES = 15 * SAMPLES_PER_MS;

/** The noise band reaches three times as far above the lowest lag as the median does: the width plus half of it. */
const NOISE_REACH = 3;

/** Fewer fresh packets than this say nothing about the width of the noise. */
const MIN_FOR_NOISE = 16;

/** The lowest lag is remembered for one to two of these, so that a slow clock does not look like a gap. */
const LOW_PERIOD_SAMPLES = 5 * SAMPLE_RATE;

/** A slow clock is followed in steps of one 2.5 ms frame of silence, the least that can be laid. */
const DRIFT_STEP_SAMPLES = FRAME_UNIT_SAMPLES;

/** Steps in one window (40 ms in 5 s of 20 ms packets): no clock is slower, so more can only be a passing delay. */
const MAX_DRIFT_STEPS = 16;

/** Runs over all packets, with what following the sender's clock took. */
export interface ArrivalPlacement {
  readonly runs: RunsBuilder;
  readonly driftSteps: number;
  readonly fastestLeadSamples: number;
}

/**
 * Places packets stamped on arrival. The lag of a packet is its stamp less the audio logged before it: level inside
 * a run, higher by the gap's length after a gap, scattered by the network. The placement is a staircase that follows
 * the lag and never goes down, so no packet ever overlaps another; each stair is a run. TIMELINE.md has the rules.
 * @param packets in order of stamps; a stamp that is not finite is missing.
 */
export function placeArrival(packets: PacketTable): ArrivalPlacement {
  const { count, positionsSamples: stamps, durationUnits } = packets;
  const stairs = new Staircase(packets);
  const window = new StampWindow();
  const future = new FutureMinimum(stamps, durationUnits, count);
  let elapsed = 0;
  let runRow = 0;
  let runElapsed = 0;
  let isPlaced = false;
  let low = Infinity;
  let recentLow = Infinity;
  let periodEnd = LOW_PERIOD_SAMPLES;
  let reach = GAP_TOLERANCE_SAMPLES;

  for (let row = 0; row < count; row++) {
    const stamp = stamps[row] ?? 0;
    const duration = (durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES;
    const lag = stamp - elapsed;
    if (Number.isFinite(lag)) {
      if (lag > low + reach && future.at(row, elapsed) > low + GAP_TOLERANCE_SAMPLES) {
        if (!isPlaced) stairs.riseTo(window.count > 0 ? window.place() : low, runRow, runElapsed);
        reach = noiseReach(window, reach);
        window.clear();
        runRow = row;
        runElapsed = elapsed;
        isPlaced = false;
        low = Infinity;
        recentLow = Infinity;
        periodEnd = elapsed + LOW_PERIOD_SAMPLES;
      } else if (elapsed >= periodEnd) {
        if (recentLow < Infinity) low = recentLow;
        recentLow = Infinity;
        periodEnd = elapsed + LOW_PERIOD_SAMPLES;
      }
      if (lag < recentLow) recentLow = lag;
      if (lag < low) low = lag;
      // A packet that waited in a queue comes together with the next one; only the last of a queue is fresh.
      const nextStamp = row + 1 < count ? (stamps[row + 1] ?? 0) : Infinity;
      if (!(nextStamp - stamp < duration / 2)) {
        window.add(lag, row, elapsed);
        if (window.isFull) {
          reach = noiseReach(window, reach);
          const median = window.median();
          // Lags that fall again soon are a queue being worked off: the next window shows better where packets belong.
          const isQueue =
            (!isPlaced || stairs.isBehind(median)) &&
            future.at(row, elapsed) < window.low - GAP_TOLERANCE_SAMPLES;
          if (!isQueue) {
            if (isPlaced) stairs.follow(median, window.firstRow, window.firstElapsed, row);
            else stairs.riseTo(window.place(), runRow, runElapsed);
            isPlaced = true;
          }
          window.clear();
        }
      }
    }
    elapsed += duration;
  }
  if (count > 0 && !isPlaced) stairs.riseTo(window.count > 0 ? window.place() : low, runRow, runElapsed);
  return stairs;
}

/** How far above the lowest lag noise may reach, learnt from a window; what was known before where it is too short. */
function noiseReach(window: StampWindow, before: number): number {
  if (window.count < MIN_FOR_NOISE) return before;
  const reach = NOISE_REACH * (window.median() - window.low);
  return Math.min(Math.max(reach, GAP_TOLERANCE_SAMPLES), MAX_JITTER_SAMPLES);
}

/** The placement: the lag at which packets lie, rising from run to run and never falling. */
class Staircase implements ArrivalPlacement {
  readonly runs = new RunsBuilder();
  driftSteps = 0;
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
