import {
  EMPTY_PEAK,
  PEAK_BASE_SAMPLES,
  PEAK_BLOCK_BYTES,
  PEAK_FACTOR,
  PEAK_LEVELS,
} from '../../../shared/model/peaks.ts';
import {
  levelStart,
  PAGE_BLOCKS,
  PAGE_BYTES,
  PAGE_HEADER_BYTES,
  PAGE_SAMPLES,
  pageBlocks,
} from './layout.ts';

/** Sums up the decoded audio of one page. What comes out does not depend on how the audio was cut into calls. */
export class PageBuilder {
  readonly #lowest = new Int16Array(PAGE_BLOCKS).fill(EMPTY_PEAK.lowest);
  readonly #highest = new Int16Array(PAGE_BLOCKS).fill(EMPTY_PEAK.highest);
  /** Squares of 16-bit samples: their sum stays an exact integer. */
  readonly #squares = new Float64Array(PAGE_BLOCKS);
  readonly #values = new Uint32Array(PAGE_BLOCKS);

  /**
   * Adds audio at a position; what lies outside the page is left out.
   * @param offsetSamples from the page's beginning, may be negative.
   * @param pcm channels interleaved; a block holds all channels together.
   */
  add(offsetSamples: number, pcm: Int16Array, channels: number): void {
    let at = Math.max(0, -offsetSamples);
    const end = Math.min(Math.floor(pcm.length / channels), PAGE_SAMPLES - offsetSamples);
    while (at < end) {
      const block = Math.floor((offsetSamples + at) / PEAK_BASE_SAMPLES);
      const next = Math.min(end, (block + 1) * PEAK_BASE_SAMPLES - offsetSamples);
      this.#sum(block, pcm, at * channels, next * channels);
      at = next;
    }
  }

  /** The page with the blocks of all levels; its header is still zeros. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(PAGE_BYTES);
    const view = new DataView(bytes.buffer);
    for (let block = 0; block < PAGE_BLOCKS; block++) {
      const values = this.#values[block] ?? 0;
      const rms = values === 0 ? 0 : Math.sqrt((this.#squares[block] ?? 0) / values);
      put(view, blockOffset(0, block), this.#lowest[block] ?? 0, this.#highest[block] ?? 0, rms);
    }
    for (let level = 1; level < PEAK_LEVELS; level++) {
      for (let block = 0; block < pageBlocks(level); block++) join(view, level, block);
    }
    return bytes;
  }

  #sum(block: number, pcm: Int16Array, first: number, end: number): void {
    let lowest = this.#lowest[block] ?? 0;
    let highest = this.#highest[block] ?? 0;
    let squares = 0;
    for (let i = first; i < end; i++) {
      const value = pcm[i] ?? 0;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      squares += value * value;
    }
    this.#lowest[block] = lowest;
    this.#highest[block] = highest;
    this.#squares[block] = (this.#squares[block] ?? 0) + squares;
    this.#values[block] = (this.#values[block] ?? 0) + end - first;
  }
}

/** Makes a block out of the blocks of the level below, of which those without audio count for nothing. */
function join(view: DataView, level: number, block: number): void {
  let lowest: number = EMPTY_PEAK.lowest;
  let highest: number = EMPTY_PEAK.highest;
  let squares = 0;
  let count = 0;
  for (let i = 0; i < PEAK_FACTOR; i++) {
    const at = blockOffset(level - 1, block * PEAK_FACTOR + i);
    const low = view.getInt16(at, true);
    const high = view.getInt16(at + 2, true);
    if (low > high) continue;
    lowest = Math.min(lowest, low);
    highest = Math.max(highest, high);
    squares += view.getUint16(at + 4, true) ** 2;
    count++;
  }
  put(view, blockOffset(level, block), lowest, highest, count === 0 ? 0 : Math.sqrt(squares / count));
}

function put(view: DataView, at: number, lowest: number, highest: number, rms: number): void {
  view.setInt16(at, lowest, true);
  view.setInt16(at + 2, highest, true);
  view.setUint16(at + 4, Math.round(rms), true);
}

function blockOffset(level: number, block: number): number {
  return PAGE_HEADER_BYTES + (levelStart(level) + block) * PEAK_BLOCK_BYTES;
}
