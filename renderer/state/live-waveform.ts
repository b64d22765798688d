import { SAMPLE_RATE } from '../../shared/time/samples.ts';

/** Four columns a second, for two minutes. */
const BIN_SAMPLES = SAMPLE_RATE / 4;
export const WAVEFORM_BINS = 480;

/** Peaks of the last two minutes of one track, by session time. */
export class LiveWaveform {
  readonly #peaks = new Float32Array(WAVEFORM_BINS).fill(NaN);
  #newestBin = -1;
  #oldestBin = 0;

  /** @returns whether a column was completed, so that there is something to draw. */
  note(peak: number, positionSamples: number): boolean {
    const bin = Math.floor(positionSamples / BIN_SAMPLES);
    if (bin < this.#newestBin) return false;
    // What was recorded before this page heard it is not known here, and not missing.
    if (this.#newestBin < 0) this.#oldestBin = bin;
    const moved = bin > this.#newestBin;
    for (let empty = Math.max(this.#newestBin + 1, bin - WAVEFORM_BINS + 1); empty <= bin; empty++)
      this.#peaks[empty % WAVEFORM_BINS] = NaN;
    this.#newestBin = bin;
    const at = bin % WAVEFORM_BINS;
    const known = this.#peaks[at] ?? NaN;
    this.#peaks[at] = Number.isNaN(known) ? peak : Math.max(known, peak);
    return moved;
  }

  /** The newest bin's number; its columns scroll with it. */
  get newestBin(): number {
    return this.#newestBin;
  }

  /** How many columns there are to draw. */
  get bins(): number {
    return this.#newestBin < 0 ? 0 : Math.min(WAVEFORM_BINS, this.#newestBin - this.#oldestBin + 1);
  }

  /** Peak of the column so many before the newest; NaN where nothing was recorded. */
  peak(back: number): number {
    const bin = this.#newestBin - back;
    return back >= this.bins ? NaN : (this.#peaks[bin % WAVEFORM_BINS] ?? NaN);
  }
}
