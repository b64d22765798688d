import { interpolatedPeak, largestMagnitude, MOST_GAIN, TAPS } from '../loudness/true-peak.ts';
import { SlidingMinimum } from './sliding-minimum.ts';

/** The gain comes down over so long before a peak: 5 ms, too short to be heard and too long to click. */
const ATTACK_FRAMES = 240;
/** It comes back by 1/e of what is missing in so long: 80 ms. */
const RELEASE_FRAMES = 3840;
/** Before and after a peak the gain stays down for as long as the samples reach that make it. */
const GUARD_FRAMES = TAPS;
const RELEASE_STEP = 1 - Math.exp(-1 / RELEASE_FRAMES);
/** This close to 1, a thousandth of a decibel, the gain is 1. */
const RELEASED = 1 - 1e-4;
/** Frames that are searched for peaks at a time; where there are none and the gain is 1 they pass as they are. */
const SEARCHED_FRAMES = 480;

/**
 * A stereo limiter that looks ahead. Both channels get one gain, so that nobody moves. The gain that every peak at or
 * between the samples needs is held from before to after it (a sliding minimum) and averaged over the attack: it is
 * never above what any of the samples needs, so none exceeds the ceiling.
 */
export class Limiter {
  /** Frames by which what comes out is late. */
  static readonly latencyFrames = ATTACK_FRAMES - 1 + GUARD_FRAMES + GUARD_FRAMES / 2;

  readonly #ceiling: number;
  readonly #minimum = new SlidingMinimum(ATTACK_FRAMES + 2 * GUARD_FRAMES);
  readonly #gains = new Float64Array(ATTACK_FRAMES).fill(1);
  #gainSum = ATTACK_FRAMES;
  /** How many of `#gains` are below 1. */
  #lowered = 0;
  #gainAt = 0;
  #released = 1;
  #least = 1;
  /** What came in and has not left, then the block. */
  readonly #memory: [Float32Array, Float32Array] = [new Float32Array(0), new Float32Array(0)];

  /** @param ceiling the largest magnitude that leaves, 1 being full scale. */
  constructor(ceiling: number) {
    this.#ceiling = ceiling;
  }

  /** The least gain that was given so far. */
  get leastGain(): number {
    return this.#least;
  }

  /** Replaces the next frames by those that came in `latencyFrames` before; zeros come first. */
  process(channels: readonly [Float32Array, Float32Array], frames: number): void {
    const late = Limiter.latencyFrames;
    for (const side of [0, 1] as const) {
      if (this.#memory[side].length < late + frames) {
        const larger = new Float32Array(late + frames);
        larger.set(this.#memory[side].subarray(0, late));
        this.#memory[side] = larger;
      }
      this.#memory[side].set(channels[side].subarray(0, frames), late);
    }
    for (let at = 0; at < frames; at += SEARCHED_FRAMES) {
      this.#part(channels, at, Math.min(frames, at + SEARCHED_FRAMES));
    }
    for (const side of this.#memory) side.copyWithin(0, frames, frames + late);
  }

  #part([outLeft, outRight]: readonly [Float32Array, Float32Array], from: number, end: number): void {
    const late = Limiter.latencyFrames;
    const [left, right] = this.#memory;
    const ceiling = this.#ceiling;
    // With everything that values between the samples of this part are made of.
    const [first, last] = [late + from - TAPS, late + end];
    const largest = Math.max(largestMagnitude(left, first, last), largestMagnitude(right, first, last));
    // Most parts hold no peak at all, and then no value between samples has to be made.
    const isQuiet = largest * MOST_GAIN <= ceiling;
    if (isQuiet && this.#lowered === 0 && this.#released === 1 && this.#minimum.least === 1) {
      outLeft.set(left.subarray(from, end), from);
      outRight.set(right.subarray(from, end), from);
      return;
    }
    for (let i = from; i < end; i++) {
      const gain = this.#nextGain(isQuiet ? 1 : this.#needed(left, right, late + i));
      if (gain === 1) {
        outLeft[i] = left[i] ?? 0;
        outRight[i] = right[i] ?? 0;
      } else {
        outLeft[i] = bounded(gain * (left[i] ?? 0), ceiling);
        outRight[i] = bounded(gain * (right[i] ?? 0), ceiling);
      }
    }
  }

  /** The gain that the values around the newest sample need. */
  #needed(left: Float32Array, right: Float32Array, at: number): number {
    const largest = Math.max(
      largestMagnitude(left, at - TAPS + 1, at + 1),
      largestMagnitude(right, at - TAPS + 1, at + 1),
    );
    if (largest * MOST_GAIN <= this.#ceiling) return 1;
    const peak = Math.max(largest, interpolatedPeak(left, at), interpolatedPeak(right, at));
    return peak <= this.#ceiling ? 1 : this.#ceiling / peak;
  }

  #nextGain(needed: number): number {
    const least = this.#minimum.next(needed);
    const back = this.#released + (1 - this.#released) * RELEASE_STEP;
    this.#released = Math.min(least, back > RELEASED ? 1 : back);
    const at = this.#gainAt;
    const leaving = this.#gains[at] ?? 1;
    if (leaving < 1) this.#lowered--;
    if (this.#released < 1) this.#lowered++;
    this.#gains[at] = this.#released;
    this.#gainAt = (at + 1) % ATTACK_FRAMES;
    // Begun anew whenever it is over, so that rounding cannot add up.
    this.#gainSum = this.#lowered === 0 ? ATTACK_FRAMES : this.#gainSum + this.#released - leaving;
    const gain = this.#lowered === 0 ? 1 : this.#gainSum / ATTACK_FRAMES;
    if (gain < this.#least) this.#least = gain;
    return gain;
  }
}

/** Rounding may have lifted a sample by its last bit. */
function bounded(sample: number, ceiling: number): number {
  return sample > ceiling ? ceiling : sample < -ceiling ? -ceiling : sample;
}
