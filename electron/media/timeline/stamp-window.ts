import { SAMPLES_PER_MS } from '../../../shared/time/samples.ts';

/**
 * Fresh packets in a window. The median of 256 stamps with +-6 ms of even jitter lies within 2 ms of the truth
 * five standard errors out (6 ms / sqrt(256) = 0.375 ms), and the window spans 5 s of 20 ms packets, in which a clock
 * that is 200 ppm off moves by 1 ms.
 */
export const WINDOW_PACKETS = 256;

/**
 * Smallest rise of the lag that is a gap. Above 12 ms, the whole width of +-6 ms of jitter plus rounding to
 * milliseconds, so that noise is no gap; below 20 ms, so that a single lost packet is one.
 */
export const GAP_TOLERANCE_SAMPLES = 15 * SAMPLES_PER_MS;

/** A lag that varies by more than this is no jitter but a queue. */
export const MAX_JITTER_SAMPLES = 100 * SAMPLES_PER_MS;

/** At least one lag in eight is near the lowest, or the lowest is an exception (a stamp gone wrong). */
const MIN_VOTERS = 8;

/** Jitter of +-7.5 ms: where all of a window's lags fit in twice this, none is placed further than this from its stamp. */
export const NEAR_SAMPLES = 7.5 * SAMPLES_PER_MS;

/** The lags of up to WINDOW_PACKETS fresh packets in a row, for their median and their lowest. */
export class StampWindow {
  count = 0;
  /** Lowest lag in the window. */
  low = Infinity;
  #high = -Infinity;
  /** Row of the first packet in the window, and the audio before it in samples. */
  firstRow = 0;
  firstElapsed = 0;
  readonly #lags = new Float64Array(WINDOW_PACKETS);

  get isFull(): boolean {
    return this.count === WINDOW_PACKETS;
  }

  add(lag: number, row: number, elapsed: number): void {
    if (this.count === 0) {
      this.firstRow = row;
      this.firstElapsed = elapsed;
    }
    this.#lags[this.count++] = lag;
    if (lag < this.low) this.low = lag;
    if (lag > this.#high) this.#high = lag;
  }

  clear(): void {
    this.count = 0;
    this.low = Infinity;
    this.#high = -Infinity;
  }

  /**
   * The median of the lags that are jitter, for an even count the lower of the two in the middle; at least one packet
   * is in the window. Lags further than MAX_JITTER_SAMPLES above the lowest belong to a queue that is being worked
   * off and have no vote, unless the lowest is itself the exception.
   */
  median(): number {
    let voters = 0;
    for (let i = 0; i < this.count; i++) {
      if ((this.#lags[i] ?? 0) <= this.low + MAX_JITTER_SAMPLES) voters++;
    }
    if (voters * MIN_VOTERS < this.count) voters = this.count;
    return select(this.#lags, this.count, (voters - 1) >> 1);
  }

  /**
   * The lag to place a run at: the median, which a burst in the window does not move. In a run of a few packets the
   * median may by chance lie near the edge of the jitter; where all lags lie close together it is moved inwards.
   */
  place(): number {
    const median = this.median();
    if (this.#high - this.low > 2 * NEAR_SAMPLES) return median;
    return Math.min(Math.max(median, this.#high - NEAR_SAMPLES), this.low + NEAR_SAMPLES);
  }
}

/** The value that would stand at `rank` if the first `count` values were sorted; it moves them about (quickselect). */
function select(values: Float64Array, count: number, rank: number): number {
  let left = 0;
  let right = count - 1;
  while (left < right) {
    const pivot = values[rank] ?? 0;
    let low = left;
    let high = right;
    while (low <= high) {
      while ((values[low] ?? 0) < pivot) low++;
      while ((values[high] ?? 0) > pivot) high--;
      if (low <= high) {
        const swapped = values[low] ?? 0;
        values[low++] = values[high] ?? 0;
        values[high--] = swapped;
      }
    }
    if (high < rank) left = low;
    if (low > rank) right = high;
  }
  return values[rank] ?? 0;
}
