import { type SincFilter, sincFilter } from './sinc-filter.ts';

/** What is kept before room is made. */
const LEAST_ROOM_SAMPLES = 32_768;

/**
 * Sound of one device, by the numbers of its samples, read at any place between them and at any speed near 48 kHz. A
 * speed that changes from one reading to the next makes no click, as long as each begins where the one before ended.
 */
export class Resampler {
  readonly #filter: SincFilter;
  #channels: Float32Array[];
  /** Number of the oldest sample that is kept. */
  #first: number;
  #length = 0;

  /**
   * @param rate hertz of the device.
   * @param first number of the first sample that will be written.
   */
  constructor(rate: number, channels: number, first = 0) {
    this.#filter = sincFilter(rate);
    this.#first = first;
    this.#channels = Array.from({ length: channels }, () => new Float32Array(LEAST_ROOM_SAMPLES));
  }

  /** What is read at a place takes samples of so many before it and after it. */
  get reachSamples(): number {
    return this.#filter.taps / 2;
  }

  /** Number of the sample that is written next. */
  get end(): number {
    return this.#first + this.#length;
  }

  /** @param planes so many samples of every channel; a channel that is not there is silent. */
  write(planes: readonly (Float32Array | undefined)[], count: number): void {
    this.#makeRoom(count);
    for (const [index, channel] of this.#channels.entries()) {
      const plane = planes[index];
      if (plane === undefined) channel.fill(0, this.#length, this.#length + count);
      else channel.set(plane.subarray(0, count), this.#length);
    }
    this.#length += count;
  }

  /** Forgets what only a reading before this place would take. */
  forget(before: number): void {
    const gone = Math.min(this.#length, Math.floor(before) - this.reachSamples - this.#first);
    if (gone < LEAST_ROOM_SAMPLES / 2) return;
    for (const channel of this.#channels) channel.copyWithin(0, gone, this.#length);
    this.#first += gone;
    this.#length -= gone;
  }

  /**
   * @param from place of the first sample, in samples of the device.
   * @param step from one to the next.
   * @param out is filled; all of what it takes must have been written.
   */
  read(channel: number, from: number, step: number, out: Float32Array): void {
    const { taps, phases, coefficients } = this.#filter;
    const samples = this.#channels[channel] ?? new Float32Array(0);
    const start = from - this.#first - (taps / 2 - 1);
    for (let at = 0; at < out.length; at++) {
      const place = start + at * step;
      const whole = Math.floor(place);
      const phase = (place - whole) * phases;
      const lower = Math.floor(phase);
      const part = phase - lower;
      let tap = lower * taps;
      let next = tap + taps;
      let below = 0;
      let above = 0;
      for (let index = whole; index < whole + taps; index++) {
        const sample = samples[index] ?? 0;
        below += sample * (coefficients[tap++] ?? 0);
        above += sample * (coefficients[next++] ?? 0);
      }
      out[at] = below + part * (above - below);
    }
  }

  #makeRoom(count: number): void {
    const [channel] = this.#channels;
    if (channel === undefined || this.#length + count <= channel.length) return;
    const room = 2 * (this.#length + count);
    this.#channels = this.#channels.map((samples) => {
      const larger = new Float32Array(room);
      larger.set(samples);
      return larger;
    });
  }
}
