import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { GAP_TOLERANCE_SAMPLES, MAX_JITTER_SAMPLES } from './stamp-window.ts';

/** The lowest lag is remembered for one to two of these, so that a slow clock does not look like a gap. */
const LOW_PERIOD_SAMPLES = 5 * SAMPLE_RATE;

/** The highest jitter is forgotten by this share with every packet: by a factor of e in 20 s of 20 ms packets. */
const PEAK_DECAY = 1 / 1024;

/** Noise reaches half as far again as it lately did: of a thousand packets, the latest lies about there. */
const REACH_OF_PEAK = 1.25;

/** The band that the lags of a run lie in: its lower edge, and how far above it the network has scattered them. */
export class LagBand {
  /** Lowest lag of the last 5 to 10 s of audio of this run; Infinity before its first. */
  low = Infinity;
  #recentLow = Infinity;
  #periodEnd = 0;
  #peak = 0;

  /** How far above `low` jitter alone may take a packet or a few; learnt over all runs. */
  get reach(): number {
    return Math.min(Math.max(REACH_OF_PEAK * this.#peak, GAP_TOLERANCE_SAMPLES), MAX_JITTER_SAMPLES);
  }

  /** Begins a new run, whose lags lie elsewhere; jitter is taken to be what it was. */
  restart(elapsed: number): void {
    this.low = Infinity;
    this.#recentLow = Infinity;
    this.#periodEnd = elapsed + LOW_PERIOD_SAMPLES;
  }

  /** @param isFirst whether the packet came on its own or as the first of a queue: the others say nothing of jitter. */
  add(lag: number, elapsed: number, isFirst: boolean): void {
    if (elapsed >= this.#periodEnd) {
      if (this.#recentLow < Infinity) this.low = this.#recentLow;
      this.#recentLow = Infinity;
      this.#periodEnd = elapsed + LOW_PERIOD_SAMPLES;
    }
    if (lag < this.#recentLow) this.#recentLow = lag;
    if (lag < this.low) this.low = lag;
    if (!isFirst) return;
    const above = lag - this.low;
    if (above < this.#peak) this.#peak -= this.#peak * PEAK_DECAY;
    else if (above <= MAX_JITTER_SAMPLES) this.#peak = above;
  }
}
