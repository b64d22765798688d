/** A stretch of a file that is taken in piece by piece, and the longest run of zeros in it. */
export class ByteStretch {
  /** Where it begins in the file. */
  readonly startByte: number;
  #endByte: number;
  #zeros = 0;
  #longestZeros = 0;

  constructor(startByte: number) {
    this.startByte = startByte;
    this.#endByte = startByte;
  }

  /** One past its last byte in the file. */
  get endByte(): number {
    return this.#endByte;
  }

  get longestZeros(): number {
    return this.#longestZeros;
  }

  /** Takes the next bytes of the stretch, `bytes[from, to)`. */
  extend(bytes: Uint8Array, from: number, to: number): void {
    let zeros = this.#zeros;
    let longest = this.#longestZeros;
    for (let at = from; at < to; at++) {
      zeros = bytes[at] === 0 ? zeros + 1 : 0;
      if (zeros > longest) longest = zeros;
    }
    this.#zeros = zeros;
    this.#longestZeros = longest;
    this.#endByte += to - from;
  }
}
