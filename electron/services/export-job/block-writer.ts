import type { OutputFile } from '../../io/output-file.ts';

const BLOCK_BYTES = 256 << 10;

/** Appends small pieces to an output file, block by block. */
export class BlockWriter {
  readonly #output: OutputFile;
  readonly #onWrite: (positionBytes: number) => void;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #used = 0;
  #position: number;

  /** @param onWrite called with the position reached before each block is written; may throw to stop. */
  constructor(output: OutputFile, startByte: number, onWrite: (positionBytes: number) => void) {
    this.#output = output;
    this.#position = startByte;
    this.#onWrite = onWrite;
  }

  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + BLOCK_BYTES - this.#used);
      this.#block.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
      if (this.#used === BLOCK_BYTES) this.#flush();
    }
  }

  /** Writes what is left. @returns where the file ends. */
  finish(): number {
    this.#flush();
    return this.#position;
  }

  #flush(): void {
    this.#onWrite(this.#position + this.#used);
    this.#output.write(this.#block.subarray(0, this.#used), this.#position);
    this.#position += this.#used;
    this.#used = 0;
  }
}
