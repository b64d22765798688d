const FIRST = Float64Array.of(
  ...[0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625],
  ...[0.97216796875, -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125],
);
const SECOND = Float64Array.of(
  ...[-0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625],
  ...[0.77978515625, -0.2003173828125, 0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375],
);

/** The interpolation filter of ITU-R BS.1770-4 Annex 2: four phases of 12 taps, a fourfold sampling rate at 48 kHz. */
const PHASES: readonly Float64Array[] = [FIRST, SECOND, SECOND.toReversed(), FIRST.toReversed()];

/** Samples that one interpolated value is made of. */
export const TAPS = 12;

/** However samples lie, no interpolated value is larger than the largest of them times this. */
export const MOST_GAIN = Math.max(...PHASES.map((taps) => taps.reduce((sum, tap) => sum + Math.abs(tap), 0)));

/** Of the samples themselves; comparisons take a quarter of the time of `Math.max` and `Math.abs`. */
export function largestMagnitude(samples: Float32Array, from: number, end: number): number {
  let most = 0;
  let least = 0;
  for (let i = from; i < end; i++) {
    const sample = samples[i] ?? 0;
    if (sample > most) most = sample;
    else if (sample < least) least = sample;
  }
  return Math.max(most, -least);
}

/** The largest magnitude between the samples `at - 11` to `at`. @param at at least 11. */
export function interpolatedPeak(samples: Float32Array, at: number): number {
  let peak = 0;
  for (const taps of PHASES) {
    let sum = 0;
    for (let tap = 0; tap < TAPS; tap++) sum += (taps[tap] ?? 0) * (samples[at - tap] ?? 0);
    if (sum > peak) peak = sum;
    else if (-sum > peak) peak = -sum;
  }
  return peak;
}

/** Frames that are searched at a time; a block that cannot hold a new peak is passed over. */
const SEARCHED_FRAMES = 480;

/** The true peak of one channel, however its samples come in blocks. */
export class TruePeak {
  /** The last samples of the block before, then those that are searched. */
  readonly #window = new Float32Array(TAPS - 1 + SEARCHED_FRAMES);
  #peak = 0;

  /** Takes the samples from `from` to `end`. */
  add(samples: Float32Array, from: number, end: number): void {
    const history = TAPS - 1;
    for (let at = from; at < end; at += SEARCHED_FRAMES) {
      const count = Math.min(SEARCHED_FRAMES, end - at);
      this.#window.set(samples.subarray(at, at + count), history);
      this.#search(history + count);
      this.#window.copyWithin(0, count, count + history);
    }
  }

  /** Magnitude of the largest peak, 1 being full scale; what follows the last sample is taken to be silence. */
  finish(): number {
    this.add(new Float32Array(TAPS), 0, TAPS);
    return this.#peak;
  }

  #search(length: number): void {
    const window = this.#window;
    const largest = largestMagnitude(window, 0, length);
    if (largest * MOST_GAIN <= this.#peak) return;
    let peak = Math.max(this.#peak, largest);
    // Only values that a sample of this size takes part in can be a new peak.
    const loud = this.#peak / MOST_GAIN;
    let loudEnd = 0;
    for (let i = 0; i < length; i++) {
      const sample = window[i] ?? 0;
      if (sample > loud || -sample > loud) loudEnd = i + TAPS;
      if (i < loudEnd && i >= TAPS - 1) peak = Math.max(peak, interpolatedPeak(window, i));
    }
    this.#peak = peak;
  }
}

/** A magnitude in decibels of full scale; -Infinity for silence. */
export function decibels(magnitude: number): number {
  return 20 * Math.log10(magnitude);
}

/** The factor of so many decibels. */
export function factorOf(db: number): number {
  return 10 ** (db / 20);
}
