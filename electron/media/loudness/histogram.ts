const LOWEST_LUFS = -70;
const HIGHEST_LUFS = 30;
const BINS_PER_LU = 100;
const BINS = (HIGHEST_LUFS - LOWEST_LUFS) * BINS_PER_LU;

/** Loudness of a mean square, in LUFS (ITU-R BS.1770-4 Annex 1, equation 2); -Infinity for none. */
export function loudnessOf(meanSquare: number): number {
  return -0.691 + 10 * Math.log10(meanSquare);
}

/**
 * Blocks by their loudness, those at the absolute gate of -70 LUFS and below left out. Kept in steps of 0.01 LU with
 * their energy, so that an hour takes as much memory as a minute and only the block on a gate's edge is uncertain.
 */
export class LoudnessHistogram {
  readonly #counts = new Float64Array(BINS);
  readonly #energies = new Float64Array(BINS);
  #count = 0;
  #energy = 0;

  /** @param meanSquare of one block, its channels added up. */
  add(meanSquare: number): void {
    const lufs = loudnessOf(meanSquare);
    if (!(lufs > LOWEST_LUFS)) return;
    const bin = Math.min(BINS - 1, Math.floor((lufs - LOWEST_LUFS) * BINS_PER_LU));
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#energies[bin] = (this.#energies[bin] ?? 0) + meanSquare;
    this.#count++;
    this.#energy += meanSquare;
  }

  /** Loudness of the blocks louder than `belowLu` under the mean of all; null where there are none. */
  gated(belowLu: number): number | null {
    const first = this.#firstAbove(belowLu);
    let count = 0;
    let energy = 0;
    for (let bin = first; bin < BINS; bin++) {
      count += this.#counts[bin] ?? 0;
      energy += this.#energies[bin] ?? 0;
    }
    return count === 0 ? null : loudnessOf(energy / count);
  }

  /** From the 10th to the 95th percentile of the blocks above the gate (EBU Tech 3342), in LU; null where there are none. */
  range(belowLu: number): number | null {
    const first = this.#firstAbove(belowLu);
    const total = this.#counts.subarray(first).reduce((sum, count) => sum + count, 0);
    if (total === 0) return null;
    return this.#percentile(first, total, 0.95) - this.#percentile(first, total, 0.1);
  }

  #firstAbove(belowLu: number): number {
    if (this.#count === 0) return BINS;
    const gateLufs = loudnessOf(this.#energy / this.#count) - belowLu;
    return Math.max(0, Math.floor((gateLufs - LOWEST_LUFS) * BINS_PER_LU));
  }

  #percentile(first: number, total: number, share: number): number {
    const wanted = Math.round((total - 1) * share);
    let seen = 0;
    for (let bin = first; bin < BINS; bin++) {
      seen += this.#counts[bin] ?? 0;
      if (seen > wanted) return bin / BINS_PER_LU;
    }
    return (BINS - 1) / BINS_PER_LU;
  }
}
