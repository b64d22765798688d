/**
 * Bytes that can be read at any place: a file, or memory. Readers of formats take one of these, so that they
 * neither know the disk nor hold a whole file.
 */
export interface ByteSource {
  readonly sizeBytes: number;
  /**
   * Reads `lengthBytes` bytes from `offsetBytes` on; the result is shorter only where the source ends.
   * @param into memory of at least `lengthBytes` that the source may fill and return a view of, so that a long
   *   read does not allocate; a source that has the bytes at hand may ignore it.
   */
  read(offsetBytes: number, lengthBytes: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** Reads that are near each other are served from one stretch of the source, held in memory. */
export class ReadWindow {
  readonly #source: ByteSource;
  readonly #windowBytes: number;
  #startByte = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(source: ByteSource, windowBytes: number) {
    this.#source = source;
    this.#windowBytes = windowBytes;
  }

  /** A view of the bytes, valid until the next call; shorter than asked only where the source ends. */
  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const { sizeBytes } = this.#source;
    const length = Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes));
    const from = offsetBytes - this.#startByte;
    if (from >= 0 && from + length <= this.#bytes.length) return this.#bytes.subarray(from, from + length);
    const wanted = Math.min(Math.max(length, this.#windowBytes), sizeBytes - offsetBytes);
    this.#bytes = await this.#source.read(offsetBytes, wanted);
    this.#startByte = offsetBytes;
    return this.#bytes.subarray(0, length);
  }
}
