import type { Loudness } from '../../../shared/model/loudness.ts';
import { LoudnessHistogram, loudnessOf } from './histogram.ts';
import { KWeighting } from './k-weighting.ts';
import { decibels, TruePeak } from './true-peak.ts';

/** Blocks follow each other by a quarter of 400 ms. */
const STEP_FRAMES = 4800;
const MOMENTARY_STEPS = 4;
const SHORT_TERM_STEPS = 30;
const INTEGRATED_GATE_LU = 10;
const RANGE_GATE_LU = 20;

/**
 * Measures one or two channels at 48 kHz as EBU Mode meters do (EBU Tech 3341), block by block, in memory that does not
 * grow. A file shorter than a block of 400 ms counts as one with silence behind it.
 */
export class LoudnessMeter {
  readonly #weightings: readonly KWeighting[];
  readonly #peaks: readonly TruePeak[];
  readonly #momentary = new LoudnessHistogram();
  readonly #shortTerm = new LoudnessHistogram();
  /** Weighted energy of the last steps, the oldest overwritten. */
  readonly #steps = new Float64Array(SHORT_TERM_STEPS);
  #stepsDone = 0;
  #stepFrames = 0;
  #maxMomentary = 0;
  #maxShortTerm = 0;

  constructor(channels: 1 | 2) {
    this.#weightings = Array.from({ length: channels }, () => new KWeighting());
    this.#peaks = Array.from({ length: channels }, () => new TruePeak());
  }

  /** Takes the next frames. @param channels an array for each channel of at least `frames` samples. */
  add(channels: readonly Float32Array[], frames: number): void {
    for (const [index, peak] of this.#peaks.entries()) peak.add(channelOf(channels, index), 0, frames);
    for (let at = 0; at < frames;) {
      const end = Math.min(frames, at + STEP_FRAMES - this.#stepFrames);
      for (const [index, weighting] of this.#weightings.entries()) {
        weighting.add(channelOf(channels, index), at, end);
      }
      this.#stepFrames += end - at;
      at = end;
      if (this.#stepFrames === STEP_FRAMES) this.#endStep();
    }
  }

  /** The measures of everything that was added; nothing is added afterwards. */
  finish(): Loudness {
    if (this.#stepsDone < MOMENTARY_STEPS) {
      const silence = new Float32Array(MOMENTARY_STEPS * STEP_FRAMES);
      this.add([silence, silence], MOMENTARY_STEPS * STEP_FRAMES - this.#framesDone());
    }
    const peak = Math.max(...this.#peaks.map((channel) => channel.finish()));
    return {
      integratedLufs: this.#momentary.gated(INTEGRATED_GATE_LU),
      rangeLu: this.#shortTerm.range(RANGE_GATE_LU),
      truePeakDbtp: finite(decibels(peak)),
      maxMomentaryLufs: finite(loudnessOf(this.#maxMomentary)),
      maxShortTermLufs: finite(loudnessOf(this.#maxShortTerm)),
    };
  }

  #framesDone(): number {
    return this.#stepsDone * STEP_FRAMES + this.#stepFrames;
  }

  #endStep(): void {
    this.#steps[this.#stepsDone % SHORT_TERM_STEPS] = this.#weightings.reduce(
      (sum, weighting) => sum + weighting.takeEnergy(),
      0,
    );
    this.#stepsDone++;
    this.#stepFrames = 0;
    if (this.#stepsDone >= MOMENTARY_STEPS) {
      const momentary = this.#meanSquareOf(MOMENTARY_STEPS);
      this.#momentary.add(momentary);
      this.#maxMomentary = Math.max(this.#maxMomentary, momentary);
    }
    if (this.#stepsDone >= SHORT_TERM_STEPS) {
      const shortTerm = this.#meanSquareOf(SHORT_TERM_STEPS);
      this.#shortTerm.add(shortTerm);
      this.#maxShortTerm = Math.max(this.#maxShortTerm, shortTerm);
    }
  }

  /** Of the last steps. */
  #meanSquareOf(steps: number): number {
    let energy = 0;
    for (let back = 1; back <= steps; back++) {
      energy += this.#steps[(this.#stepsDone - back) % SHORT_TERM_STEPS] ?? 0;
    }
    return energy / (steps * STEP_FRAMES);
  }
}

function channelOf(channels: readonly Float32Array[], index: number): Float32Array {
  const samples = channels[index];
  if (samples === undefined) throw new RangeError(`no channel ${index}, there are ${channels.length}`);
  return samples;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
