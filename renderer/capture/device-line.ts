import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { BLOCK_SAMPLES, type DeviceBlock } from './block.ts';
import { DeviceClock, type Verdict } from './device-clock.ts';
import { Resampler } from './resampler.ts';

/** Part of what a device is off its clock's line that is made up for within a block; all of it takes some seconds. */
const PULL = 0.01;
/** Speed is never changed by more than this, which nobody hears: 3.5 hundredths of a semitone. */
const MOST_PULL = 2e-3;

/** What came of a device at once. */
export interface DeviceBuffer {
  readonly samples: number;
  /** By channel. */
  readonly planes: readonly Float32Array<ArrayBuffer>[];
  /** When it was heard, as the browser says, in milliseconds of any steady clock. */
  readonly stampMillis: number;
  /** When it came here, by the page's clock. */
  readonly nowMillis: number;
}

export interface DeviceLineOptions {
  /** Hertz. */
  readonly rate: number;
  readonly channels: number;
  /** Those that anybody wants, from 0. */
  readonly wanted: () => Iterable<number>;
  readonly onBlock: (block: DeviceBlock) => void;
}

/** Sound between two losses: its samples by number, and where in it the next block begins. */
interface Stretch {
  readonly sound: Resampler;
  place: number;
  frame: number;
  /** Samples of the next block that are missing, and what was heard of it before. */
  missingSamples: number;
  head: ReadonlyMap<number, Float32Array<ArrayBuffer>>;
}

/**
 * Makes of a device's buffers blocks of 48 kHz at the places of the page's clock, whatever its crystal does. Where
 * something was lost nothing is in its place, and what follows stands at its own.
 */
export class DeviceLine {
  readonly #options: DeviceLineOptions;
  readonly #clock: DeviceClock;
  /** Came while the clock listened. */
  #waiting: DeviceBuffer[] = [];
  #samples = 0;
  #stretch: Stretch | undefined;

  constructor(options: DeviceLineOptions) {
    this.#options = options;
    this.#clock = new DeviceClock(options.rate);
  }

  /** Takes the next buffer. Blocks come of it as far as it is known when they were. */
  take(buffer: DeviceBuffer): void {
    const { samples, stampMillis, nowMillis } = buffer;
    const moment = { first: this.#samples, samples, stampMillis, nowMillis };
    if (this.#clock.jumpsFurther(moment)) this.#follow('sure');
    const verdict = this.#clock.note(moment);
    this.#samples += samples;
    this.#waiting.push(buffer);
    this.#follow(verdict);
  }

  /** What waits becomes blocks now: nobody will take later ones. */
  flush(): void {
    if (this.#waiting.length > 0) this.#follow(this.#clock.conclude());
  }

  #follow(verdict: Verdict): void {
    if (verdict === 'unsure') return;
    const known = this.#waiting.splice(0);
    const first = this.#samples - known.reduce((sum, one) => sum + one.samples, 0);
    if (verdict !== 'sure') this.#stretch = this.#afterLoss(first);
    this.#stretch ??= this.#begin(first);
    for (const one of known) this.#stretch.sound.write(one.planes, one.samples);
    const { sound } = this.#stretch;
    this.#emit(this.#stretch, sound.end - sound.reachSamples - 1);
  }

  /** The first block is the first that has all of its samples. */
  #begin(first: number): Stretch {
    const begins = this.#clock.millisAt(first) * SAMPLES_PER_MS;
    return this.#stretchFrom(first, Math.ceil(begins / BLOCK_SAMPLES) * BLOCK_SAMPLES);
  }

  /** The last block before the loss may be the first after it. */
  #afterLoss(first: number): Stretch | undefined {
    const before = this.#stretch;
    if (before === undefined) return undefined;
    before.sound.write([], this.#pad(before.sound));
    this.#emit(before, first);
    const step = this.#clock.trueRate / SAMPLE_RATE;
    const heardSamples = Math.max(0, Math.min(BLOCK_SAMPLES, Math.round((first - before.place) / step)));
    const ends = before.frame + heardSamples;
    const begins = Math.max(ends, Math.round(this.#clock.millisAt(first) * SAMPLES_PER_MS));
    const tail = this.#read(before, step);
    for (const channel of tail.values()) channel.fill(0, heardSamples);
    const frame = Math.floor(begins / BLOCK_SAMPLES) * BLOCK_SAMPLES;
    const stretch = this.#stretchFrom(first, Math.max(before.frame, frame));
    if (frame > before.frame) {
      this.#tell(before.frame, tail, before.missingSamples + BLOCK_SAMPLES - heardSamples);
      stretch.missingSamples = begins - frame;
    } else {
      stretch.head = tail;
      stretch.missingSamples = before.missingSamples + begins - ends;
    }
    return stretch;
  }

  #stretchFrom(first: number, frame: number): Stretch {
    const sound = new Resampler(this.#options.rate, this.#options.channels, first);
    const place = this.#clock.sampleAt(frame / SAMPLES_PER_MS);
    return { sound, place, frame, missingSamples: 0, head: new Map() };
  }

  /** Makes the blocks that end before this place of the sound. */
  #emit(stretch: Stretch, until: number): void {
    for (;;) {
      const { sound, place, frame, missingSamples, head } = stretch;
      const step = this.#stepTo(place, frame + BLOCK_SAMPLES);
      const end = place + step * BLOCK_SAMPLES;
      if (end > until) return;
      const channels = this.#read(stretch, step);
      for (const [index, before] of head) mix(channels.get(index), before);
      stretch.place = end;
      stretch.frame += BLOCK_SAMPLES;
      stretch.missingSamples = 0;
      stretch.head = new Map();
      sound.forget(end);
      this.#tell(frame, channels, missingSamples);
    }
  }

  /** From one sample to the next, so that the device comes nearer to its clock's line, too slowly to be heard. */
  #stepTo(place: number, frame: number): number {
    const even = this.#clock.trueRate / SAMPLE_RATE;
    const off = this.#clock.sampleAt(frame / SAMPLES_PER_MS) - (place + even * BLOCK_SAMPLES);
    const most = MOST_PULL * even;
    return even + Math.max(-most, Math.min(most, (PULL * off) / BLOCK_SAMPLES));
  }

  #read({ sound, place }: Stretch, step: number): Map<number, Float32Array<ArrayBuffer>> {
    const channels = new Map<number, Float32Array<ArrayBuffer>>();
    for (const index of this.#options.wanted()) {
      const pcm = new Float32Array(BLOCK_SAMPLES);
      sound.read(index, place, step, pcm);
      channels.set(index, pcm);
    }
    return channels;
  }

  #tell(frame: number, channels: ReadonlyMap<number, Float32Array<ArrayBuffer>>, missing: number): void {
    const missingSamples = Math.max(0, Math.min(BLOCK_SAMPLES, missing));
    this.#options.onBlock({ frame, channels, missingSamples });
  }

  /** Silence that a whole block can be read from. */
  #pad({ reachSamples }: Resampler): number {
    return Math.ceil((BLOCK_SAMPLES * this.#options.rate) / SAMPLE_RATE) + 2 * reachSamples;
  }
}

function mix(into: Float32Array | undefined, other: Float32Array): void {
  if (into !== undefined) for (const [at, value] of other.entries()) into[at] = (into[at] ?? 0) + value;
}
