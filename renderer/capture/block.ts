import { SAMPLE_RATE } from '../../shared/time/samples.ts';

/** One Opus packet of 20 ms. */
export const BLOCK_SAMPLES = SAMPLE_RATE / 50;

/** Name under which the tap is known to the audio thread. */
export const TAP_NAME = 'tailslate-tap';

/** What the tap is told when it is made. */
export interface TapOptions {
  /** Channels of each track, 1 or 2. */
  readonly channels: readonly number[];
}

/** 20 ms of all tracks, from the same callback. */
export interface Block {
  /** First sample, on the audio context's clock. */
  readonly frame: number;
  /** Each channel of each track, one after the other: `BLOCK_SAMPLES` each. */
  readonly pcm: Float32Array<ArrayBuffer>;
  /** Samples of it that the audio thread passed over; they are silence. */
  readonly missingSamples: number;
}

/**
 * Puts the audio thread's short callbacks together to blocks. The context's frame counter is believed, not the number
 * of callbacks: where it jumps the block is filled up with silence and the next begins where the counter is. So every
 * sample stands at its own frame, and what was passed over is known to the sample: what blocks say is missing in them,
 * and what lies between them.
 */
export class BlockBuilder {
  readonly #channels: number;
  #pcm: Float32Array<ArrayBuffer>;
  #frame = 0;
  #filled = 0;
  #missing = 0;

  /** @param channels of all tracks together. */
  constructor(channels: number) {
    this.#channels = channels;
    this.#pcm = new Float32Array(channels * BLOCK_SAMPLES);
  }

  /**
   * Takes one callback.
   * @param frame of its first sample.
   * @param lengthSamples of it.
   * @param inputs by channel; undefined where nothing is connected.
   * @returns the blocks that are complete.
   */
  add(frame: number, lengthSamples: number, inputs: readonly (Float32Array | undefined)[]): Block[] {
    const blocks: Block[] = [];
    const missing = this.#filled === 0 ? 0 : frame - (this.#frame + this.#filled);
    if (missing > 0) this.#skip(missing, blocks);
    if (this.#filled === 0) this.#frame = frame;
    let from = 0;
    while (from < lengthSamples) {
      const count = Math.min(lengthSamples - from, BLOCK_SAMPLES - this.#filled);
      for (let channel = 0; channel < this.#channels; channel++) {
        const input = inputs[channel];
        if (input !== undefined)
          this.#pcm.set(input.subarray(from, from + count), channel * BLOCK_SAMPLES + this.#filled);
      }
      from += count;
      this.#filled += count;
      if (this.#filled === BLOCK_SAMPLES) this.#complete(blocks);
    }
    return blocks;
  }

  /** Silence for what the counter passed over; beyond the block's end nothing is made up. */
  #skip(missing: number, blocks: Block[]): void {
    const room = BLOCK_SAMPLES - this.#filled;
    if (missing < room) {
      this.#fill(missing);
      return;
    }
    this.#missing += room;
    this.#complete(blocks);
    // A jump of less than a block: the rest of it opens the next one.
    if (missing - room < BLOCK_SAMPLES) this.#fill(missing - room);
  }

  #fill(missing: number): void {
    this.#filled += missing;
    this.#missing += missing;
  }

  #complete(blocks: Block[]): void {
    blocks.push({ frame: this.#frame, pcm: this.#pcm, missingSamples: this.#missing });
    this.#pcm = new Float32Array(this.#channels * BLOCK_SAMPLES);
    this.#frame += BLOCK_SAMPLES;
    this.#filled = 0;
    this.#missing = 0;
  }
}
