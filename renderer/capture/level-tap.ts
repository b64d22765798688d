import { type Block, BLOCK_SAMPLES } from './block.ts';
import type { TrackLevel } from './capture-link.ts';
import { type Loudness, measure, SILENT, together } from './level.ts';

/** 17 times a second is as often as a meter has to be told; each time costs a message from process to process. */
const BLOCKS_A_REPORT = 3;

/** Measures blocks as they pass, and tells the loudest of the last few. */
export class LevelTap {
  readonly #channels: readonly number[];
  #collected: Loudness[][];
  #blocks = 0;

  /** @param channels of each track. */
  constructor(channels: readonly number[]) {
    this.#channels = channels;
    this.#collected = this.#nothing();
  }

  /** @returns how loud each track is in this block, its channels together. */
  measure({ pcm }: Block): Loudness[] {
    let at = 0;
    this.#blocks++;
    return this.#channels.map((count, track) => {
      let whole = SILENT;
      for (let channel = 0; channel < count; channel++) {
        const loudness = measure(pcm.subarray(at, at + BLOCK_SAMPLES));
        at += BLOCK_SAMPLES;
        whole = together(whole, loudness);
        const collected = this.#collected[track];
        if (collected !== undefined) collected[channel] = together(collected[channel] ?? SILENT, loudness);
      }
      return whole;
    });
  }

  /** What meters are to show, once enough blocks have passed. */
  due(): TrackLevel[] | undefined {
    if (this.#blocks < BLOCKS_A_REPORT) return undefined;
    const levels = this.#collected.map((channels) => {
      const { sumOfSquares, samples, clipped } = channels.reduce(together, SILENT);
      const rms = samples === 0 ? 0 : Math.sqrt(sumOfSquares / samples);
      return { peaks: channels.map(({ peak }) => peak), rms, clipped };
    });
    this.#collected = this.#nothing();
    this.#blocks = 0;
    return levels;
  }

  #nothing(): Loudness[][] {
    return this.#channels.map((count) => Array.from({ length: count }, () => SILENT));
  }
}
