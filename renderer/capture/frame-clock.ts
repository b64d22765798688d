import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { LagWatch, MOST_LAG_MILLIS } from './lag-watch.ts';

/** So long blocks are watched before their delay is believed: a busy page delays some, a stalled device all. */
const WINDOW_MILLIS = 500;
/** What tells the time is the middle of so many windows, so that a lucky one does not count. */
const REMEMBERED_WINDOWS = 9;
/** Before a device has settled its delay means little. */
const SETTLED_WINDOWS = 5;

/**
 * What the audio context's frame counter says about the page's clock. Blocks arrive some time after their last sample;
 * the shortest such delay within half a second is the clock's offset, all above it is the page being busy. When the
 * offset has grown by more than drift explains, and the next half second says the same, the device itself stood still:
 * so much audio was never counted.
 */
export class FrameClock {
  readonly #lag = new LagWatch();
  /** Offsets of windows: milliseconds on the page's clock at which frame 0 would have arrived. */
  #offsets: number[] = [];
  #windowStartMillis: number | undefined;
  #windowOffsetMillis = Infinity;
  /** Of a window that was late, until the next confirms it. */
  #suspectMillis: number | undefined;
  #resumed = false;
  #windows = 0;
  #judgedMillis: number | undefined;

  /**
   * Takes note of a block.
   * @param endFrame the frame after its last.
   * @param nowMillis when it arrived.
   * @returns samples by which the counter has fallen behind; nearly always 0.
   */
  note(endFrame: number, nowMillis: number): number {
    const offsetMillis = nowMillis - endFrame / SAMPLES_PER_MS;
    if (this.#resumed) return this.#afterRest(offsetMillis, nowMillis);
    this.#windowStartMillis ??= nowMillis;
    this.#windowOffsetMillis = Math.min(this.#windowOffsetMillis, offsetMillis);
    if (nowMillis - this.#windowStartMillis < WINDOW_MILLIS) return 0;
    const passedMillis = nowMillis - (this.#judgedMillis ?? this.#windowStartMillis);
    this.#judgedMillis = nowMillis;
    const found = this.#windowOffsetMillis;
    this.#windowStartMillis = undefined;
    this.#windowOffsetMillis = Infinity;
    return this.#judge(found, passedMillis);
  }

  /** The counter is known to have stood still: the next block tells for how long, and need not be confirmed. */
  resumed(): void {
    this.#resumed = true;
  }

  /** The frame that was heard at this time; undefined before the first block. */
  frameAt(millis: number): number | undefined {
    const offsetMillis = this.#offsets.length > 0 ? middle(this.#offsets) : this.#windowOffsetMillis;
    if (offsetMillis === Infinity) return undefined;
    return Math.round((millis - offsetMillis) * SAMPLES_PER_MS);
  }

  #judge(offsetMillis: number, passedMillis: number): number {
    const suspectMillis = this.#suspectMillis;
    this.#suspectMillis = undefined;
    const settled = this.#windows >= SETTLED_WINDOWS;
    if (settled && this.#lag.lagMillis(offsetMillis) >= MOST_LAG_MILLIS) {
      if (suspectMillis !== undefined) return this.#correct(Math.min(suspectMillis, offsetMillis));
      this.#suspectMillis = offsetMillis;
      return 0;
    }
    this.#windows++;
    this.#offsets = [...this.#offsets, offsetMillis].slice(-REMEMBERED_WINDOWS);
    if (settled) this.#lag.follow(offsetMillis, passedMillis);
    else this.#lag.begin(middle(this.#offsets));
    return 0;
  }

  #afterRest(offsetMillis: number, nowMillis: number): number {
    this.#resumed = false;
    this.#windowStartMillis = nowMillis;
    this.#windowOffsetMillis = offsetMillis;
    this.#suspectMillis = undefined;
    return this.#lag.lagMillis(offsetMillis) < MOST_LAG_MILLIS ? 0 : this.#correct(offsetMillis);
  }

  #correct(offsetMillis: number): number {
    const lagMillis = this.#lag.lagMillis(offsetMillis);
    this.#lag.corrected(lagMillis);
    this.#offsets = [offsetMillis];
    return Math.round((lagMillis * SAMPLE_RATE) / 1000);
  }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
