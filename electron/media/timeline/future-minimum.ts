import { FRAME_UNIT_SAMPLES, SAMPLE_RATE } from '../../../shared/time/samples.ts';

/** How far ahead a delay may still dissolve: a network stall of up to this length of audio is not a gap. */
export const LOOK_AHEAD_SAMPLES = 10 * SAMPLE_RATE;

/** Room for every packet of 2.5 ms in the look-ahead (4000 and the one that crosses its end), as a power of two. */
const RING = 4096;

/**
 * The lowest lag (stamp less audio before it) among a packet and those of the next 10 s of audio. Kept as a
 * monotonic queue that every packet enters at most once, and only around packets that somebody asks about.
 */
export class FutureMinimum {
  /** Where the lowest lag stands that `at` last told of: up to there its answer stays the same. */
  row = -1;
  readonly #stamps: Float64Array;
  readonly #durationUnits: Uint8Array;
  readonly #count: number;
  readonly #rows = new Uint32Array(RING);
  readonly #lags = new Float64Array(RING);
  /** The queue holds entries head to tail; both only grow and are masked on access. */
  #head = 0;
  #tail = 0;
  #nextRow = 0;
  #nextElapsed = 0;

  constructor(stamps: Float64Array, durationUnits: Uint8Array, count: number) {
    this.#stamps = stamps;
    this.#durationUnits = durationUnits;
    this.#count = count;
  }

  /** @param row never lower than in the call before. @param elapsed audio before this row, in samples. */
  at(row: number, elapsed: number): number {
    if (this.#nextRow < row) {
      this.#head = this.#tail;
      this.#nextRow = row;
      this.#nextElapsed = elapsed;
    }
    while (this.#head < this.#tail && (this.#rows[this.#head % RING] ?? 0) < row) this.#head++;
    const end = elapsed + LOOK_AHEAD_SAMPLES;
    while (this.#nextRow < this.#count && this.#nextElapsed < end) this.#enter();
    if (this.#head === this.#tail) return Infinity;
    this.row = this.#rows[this.#head % RING] ?? 0;
    return this.#lags[this.#head % RING] ?? 0;
  }

  /**
   * The lowest lag from a later row on, to the end of the stretch that `at` was last asked about; Infinity without any.
   * @param row not lower than the one `at` was asked about; the queue is searched from there.
   */
  from(row: number): number {
    let entry = this.#head;
    while (entry < this.#tail && (this.#rows[entry % RING] ?? 0) < row) entry++;
    return entry < this.#tail ? (this.#lags[entry % RING] ?? 0) : Infinity;
  }

  #enter(): void {
    const lag = (this.#stamps[this.#nextRow] ?? 0) - this.#nextElapsed;
    if (Number.isFinite(lag)) {
      while (this.#tail > this.#head && (this.#lags[(this.#tail - 1) % RING] ?? 0) >= lag) this.#tail--;
      this.#rows[this.#tail % RING] = this.#nextRow;
      this.#lags[this.#tail % RING] = lag;
      this.#tail++;
    }
    this.#nextElapsed += (this.#durationUnits[this.#nextRow] ?? 0) * FRAME_UNIT_SAMPLES;
    this.#nextRow++;
  }
}
