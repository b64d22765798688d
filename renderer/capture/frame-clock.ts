import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../shared/time/samples.ts';

/** So long blocks are watched before their delay is believed: a busy page delays some, a stalled device all. */
const WINDOW_MILLIS = 500;
/** What the offset is compared with: the middle of so many windows, so that a lucky one does not count. */
const REMEMBERED_WINDOWS = 9;
/** Before a device has settled its offset means little. */
const SETTLED_WINDOWS = 5;
/** Shorter stalls are within what a machine's buffers breathe. */
const LEAST_STALL_MILLIS = 40;

/**
 * What the audio context's frame counter says about the page's clock. Blocks arrive some time after their last sample;
 * the shortest such delay within half a second is the clock's offset, all above it is the page being busy. When the
 * offset jumps, and the next half second says the same, the device itself stood still: so much audio was never counted.
 */
export class FrameClock {
  /** Offsets of windows: milliseconds on the page's clock at which frame 0 would have arrived. */
  #offsets: number[] = [];
  #windowStartMillis: number | undefined;
  #windowOffsetMillis = Infinity;
  /** Of a window that was late, until the next confirms it. */
  #suspectMillis: number | undefined;

  /**
   * Takes note of a block.
   * @param endFrame the frame after its last.
   * @param nowMillis when it arrived.
   * @returns samples by which the counter has fallen behind; nearly always 0.
   */
  note(endFrame: number, nowMillis: number): number {
    const offsetMillis = nowMillis - endFrame / SAMPLES_PER_MS;
    this.#windowStartMillis ??= nowMillis;
    this.#windowOffsetMillis = Math.min(this.#windowOffsetMillis, offsetMillis);
    if (nowMillis - this.#windowStartMillis < WINDOW_MILLIS) return 0;
    const found = this.#windowOffsetMillis;
    this.#windowStartMillis = undefined;
    this.#windowOffsetMillis = Infinity;
    return this.#judge(found);
  }

  /** The frame that was heard at this time; undefined before the first block. */
  frameAt(millis: number): number | undefined {
    const offsetMillis = this.#offsets.length > 0 ? middle(this.#offsets) : this.#windowOffsetMillis;
    if (offsetMillis === Infinity) return undefined;
    return Math.round((millis - offsetMillis) * SAMPLES_PER_MS);
  }

  #judge(offsetMillis: number): number {
    const suspectMillis = this.#suspectMillis;
    this.#suspectMillis = undefined;
    const settled = this.#offsets.length >= SETTLED_WINDOWS;
    const usualMillis = middle(this.#offsets);
    if (settled && offsetMillis - usualMillis >= LEAST_STALL_MILLIS) {
      if (suspectMillis === undefined) {
        this.#suspectMillis = offsetMillis;
        return 0;
      }
      const lateMillis = Math.min(suspectMillis, offsetMillis) - usualMillis;
      this.#offsets = this.#offsets.map((known) => known + lateMillis);
      return Math.round((lateMillis * SAMPLE_RATE) / 1000);
    }
    this.#offsets = [...this.#offsets, offsetMillis].slice(-REMEMBERED_WINDOWS);
    return 0;
  }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
