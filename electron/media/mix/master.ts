import { MIX_CEILING_DBTP } from '../../../shared/model/loudness.ts';
import { decibels, factorOf } from '../loudness/true-peak.ts';
import { Limiter } from './limiter.ts';

/** Meters of true peaks may read so much too high (EBU Tech 3341, cases 15 to 23): none is to see one above the ceiling. */
const METER_TOLERANCE_DB = 0.2;

/** What the limiter holds peaks to, in dB below full scale. */
export const LIMIT_DB = MIX_CEILING_DBTP - METER_TOLERANCE_DB;

/** Left and right. */
export type StereoBlock = readonly [Float32Array, Float32Array];

/** Raises a mix by one gain and limits its peaks; what comes out is as long as what goes in, and lies where it lay. */
export class Master {
  readonly #gain: number;
  readonly #limiter: Limiter;
  /** Frames still to come that are the limiter's delay. */
  #late = Limiter.latencyFrames;

  /** @param limitDb what peaks are held to. */
  constructor(gainDb: number, limitDb: number) {
    this.#limiter = new Limiter(factorOf(limitDb));
    this.#gain = factorOf(gainDb);
  }

  /** The most that was taken away so far, in dB. */
  get limitedDb(): number {
    return -decibels(this.#limiter.leastGain) + 0;
  }

  /** Takes the next frames and gives those that are done, in the same memory. */
  process([left, right]: StereoBlock, frames: number): StereoBlock {
    for (let i = 0; i < frames; i++) {
      left[i] = this.#gain * (left[i] ?? 0);
      right[i] = this.#gain * (right[i] ?? 0);
    }
    this.#limiter.process([left, right], frames);
    const dropped = Math.min(this.#late, frames);
    this.#late -= dropped;
    return [left.subarray(dropped, frames), right.subarray(dropped, frames)];
  }

  /** The frames that are not done when the last was taken. */
  finish(): StereoBlock {
    const { latencyFrames } = Limiter;
    return this.process([new Float32Array(latencyFrames), new Float32Array(latencyFrames)], latencyFrames);
  }
}
