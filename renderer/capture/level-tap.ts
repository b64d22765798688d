import { type Block, BLOCK_SAMPLES } from './block.ts';
import type { TrackLevel } from './capture-link.ts';
import { type Loudness, measure, SILENT, together } from './level.ts';

/** Measures blocks as they pass, and tells the loudest of the last few. */
export class LevelTap {
  readonly #channels: readonly number[];
  #collected: Loudness[][];

  /** @param channels of each track. */
  constructor(channels: readonly number[]) {
    this.#channels = channels;
    this.#collected = this.#nothing();
  }

  /** @returns how loud the track is in this block, its channels together. */
  measure({ track, pcm }: Block): Loudness {
    let whole = SILENT;
    for (let at = 0, channel = 0; at < pcm.length; at += BLOCK_SAMPLES, channel++) {
      const loudness = measure(pcm.subarray(at, at + BLOCK_SAMPLES));
      whole = together(whole, loudness);
      const collected = this.#collected[track];
      if (collected !== undefined) collected[channel] = together(collected[channel] ?? SILENT, loudness);
    }
    return whole;
  }

  /** What meters are to show of what has passed since this was last asked. */
  collect(): TrackLevel[] {
    const levels = this.#collected.map((channels) => {
      const { sumOfSquares, samples, clipped } = channels.reduce(together, SILENT);
      const rms = samples === 0 ? 0 : Math.sqrt(sumOfSquares / samples);
      return { peaks: channels.map(({ peak }) => peak), rms, clipped };
    });
    this.#collected = this.#nothing();
    return levels;
  }

  #nothing(): Loudness[][] {
    return this.#channels.map((count) => Array.from({ length: count }, () => SILENT));
  }
}
