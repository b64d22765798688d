/** Samples of one block at level 0: 10.7 ms. */
export const PEAK_BASE_SAMPLES = 512;

/** Blocks of one level that a block of the next coarser level sums up. */
export const PEAK_FACTOR = 8;

/** Levels 0 to 4: 10.7 ms, 85 ms, 0.68 s, 5.5 s and 43.7 s a block. */
export const PEAK_LEVELS = 5;

/** Bytes of a block: lowest and highest sample (signed) and root mean square (unsigned), 16 bits each. */
export const PEAK_BLOCK_BYTES = 6;

/** What a block without audio holds: a lowest above the highest, so that it never wins when blocks are joined. */
export const EMPTY_PEAK = { lowest: 32_767, highest: -32_768, rms: 0 } as const;

/** Where filling in the peaks of a player has got to; all in samples from T0. */
export interface PeaksProgress {
  /** Peaks before here are complete. */
  readonly doneSamples: number;
  /** Where the track's audio ends, as far as the log held it when it was read. */
  readonly endSamples: number;
}
