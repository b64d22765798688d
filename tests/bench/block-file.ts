import { closeSync, openSync, writeSync } from 'node:fs';

const BLOCK_BYTES = 4 << 20;

/** A file written front to back out of one large buffer: generated logs have millions of small records. */
export class BlockFile {
  readonly #descriptor: number;
  readonly #buffer: Buffer;
  #used = 0;

  /** @param mostBytes the longest piece that `room` is asked for. */
  constructor(path: string, mostBytes: number) {
    this.#descriptor = openSync(path, 'wx');
    this.#buffer = Buffer.alloc(BLOCK_BYTES + mostBytes);
  }

  /** Where the next piece goes; `took` says how long it became. */
  room(): Buffer {
    if (this.#used >= BLOCK_BYTES) this.#flush();
    return this.#buffer.subarray(this.#used);
  }

  took(bytes: number): void {
    this.#used += bytes;
  }

  append(bytes: Uint8Array): void {
    this.room().set(bytes);
    this.took(bytes.length);
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    for (let at = 0; at < this.#used;) at += writeSync(this.#descriptor, this.#buffer, at, this.#used - at);
    this.#used = 0;
  }
}
