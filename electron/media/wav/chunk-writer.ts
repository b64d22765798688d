const utf8 = new TextEncoder();

/** Little-endian fields one after another, as RIFF files are made of. */
export class ChunkWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u16(value: number): void {
    requireRange(value, 0xffff);
    this.#view.setUint16(this.#advance(2), value, true);
  }

  u32(value: number): void {
    requireRange(value, 0xffff_ffff);
    this.#view.setUint32(this.#advance(4), value, true);
  }

  /** The value is a safe integer. */
  u64(value: number): void {
    requireRange(value, Number.MAX_SAFE_INTEGER);
    this.u32(value % 2 ** 32);
    this.u32(Math.floor(value / 2 ** 32));
  }

  /** Text of one byte a character, filled with zeros or cut to `bytes`. */
  fixed(text: string, bytes: number): void {
    const at = this.#advance(bytes);
    for (let i = 0; i < Math.min(bytes, text.length); i++) this.#bytes[at + i] = text.charCodeAt(i) & 0x7f;
  }

  utf8(text: string): void {
    const bytes = utf8.encode(text);
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
  }

  zeros(count: number): void {
    this.#advance(count);
  }

  /** A chunk: its code, its size, what `body` writes, and a zero where that is odd (Multimedia Programming Interface 1.0). */
  chunk(code: string, body: () => void): void {
    this.fixed(code, 4); // ckID
    const sizeAt = this.#advance(4); // ckSize
    body();
    const size = this.#length - sizeAt - 4;
    this.#view.setUint32(sizeAt, size, true);
    if (size % 2 === 1) this.zeros(1);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #advance(count: number): number {
    const at = this.#length;
    if (at + count > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(at + count, 2 * this.#bytes.length));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    this.#length = at + count;
    return at;
  }
}

function requireRange(value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new RangeError(`expected an integer from 0 to ${most}, got ${value}`);
}
