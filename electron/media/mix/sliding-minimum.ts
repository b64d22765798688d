/** The least of the last values, which are 1 at most, in constant time on average: a queue of those that may still become it. */
export class SlidingMinimum {
  readonly #length: number;
  readonly #values: Float64Array;
  readonly #ages: Float64Array;
  #first = 0;
  #count = 0;
  #at = 0;

  /** @param length how many values are looked at. */
  constructor(length: number) {
    this.#length = length;
    this.#values = new Float64Array(length);
    this.#ages = new Float64Array(length);
  }

  /** What `next` gave last; 1 before. Where it is 1 every value that still counts is. */
  get least(): number {
    return this.#count === 0 ? 1 : (this.#values[this.#first] ?? 1);
  }

  /** The least of this value and the `length - 1` before it. */
  next(value: number): number {
    const length = this.#length;
    while (this.#count > 0 && (this.#values[(this.#first + this.#count - 1) % length] ?? 0) >= value)
      this.#count--;
    if (this.#count > 0 && (this.#ages[this.#first] ?? 0) <= this.#at - length) {
      this.#first = (this.#first + 1) % length;
      this.#count--;
    }
    const last = (this.#first + this.#count) % length;
    this.#values[last] = value;
    this.#ages[last] = this.#at++;
    this.#count++;
    return this.#values[this.#first] ?? value;
  }
}
