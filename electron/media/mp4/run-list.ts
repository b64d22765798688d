import { MAX_U32 } from '../bytes/writer.ts';

/**
 * A run-length list: `counts[i]` neighbours share the value `values[i]`, and no two runs that follow each other
 * have the same value. It is the shape of stts, stsc and sbgp, and stays tiny where a track is regular.
 */
export class RunList {
  #length = 0;
  #counts = new Uint32Array(4);
  #values = new Uint32Array(4);

  /** Runs, not the items they stand for. */
  get length(): number {
    return this.#length;
  }

  countAt(run: number): number {
    return this.#counts[run] ?? 0;
  }

  valueAt(run: number): number {
    return this.#values[run] ?? 0;
  }

  /**
   * Appends `count` items of one value.
   * @throws RangeError when the value, or the length of its run, does not fit 32 bits.
   */
  add(count: number, value: number): void {
    if (count === 0) return;
    const last = this.#length - 1;
    const continues = last >= 0 && this.#values[last] === value;
    const runCount = continues ? this.countAt(last) + count : count;
    if (!isU32(runCount) || !isU32(value)) {
      throw new RangeError(`expected a run within 32 bits, got ${runCount} of ${value}`);
    }
    if (continues) {
      this.#counts[last] = runCount;
      return;
    }
    if (this.#length === this.#counts.length) {
      this.#counts = grown(this.#counts);
      this.#values = grown(this.#values);
    }
    this.#counts[this.#length] = count;
    this.#values[this.#length] = value;
    this.#length += 1;
  }
}

function isU32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_U32;
}

function grown(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(Math.ceil(from.length * 1.5));
  to.set(from);
  return to;
}
