const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads big-endian numbers one after the other and never past the end: a read that does not fit gives 0, moves
 * to the end and sets `overran`. So a parser of a damaged structure runs through and asks once, afterwards,
 * whether what it read was there.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #overran = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether any read so far wanted bytes that are not there. */
  get overran(): boolean {
    return this.#overran;
  }

  /** Bytes read so far. */
  get at(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#view.getUint8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at);
  }

  i16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getInt16(at);
  }

  u24(): number {
    const at = this.#take(3);
    return at < 0 ? 0 : this.#view.getUint16(at) * 256 + this.#view.getUint8(at + 2);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(at);
  }

  i32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getInt32(at);
  }

  /** Exact up to 2^53; a greater value loses its last digits and lies beyond every file and every clock. */
  u64(): number {
    const at = this.#take(8);
    return at < 0 ? 0 : this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
  }

  /** Exact within ±2^53. */
  i64(): number {
    const at = this.#take(8);
    return at < 0 ? 0 : this.#view.getInt32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
  }

  /** Four bytes as Latin-1, the way four-character codes are written down: `©nam` begins with byte 0xA9. */
  fourcc(): string {
    const at = this.#take(4);
    if (at < 0) return '';
    const view = this.#view;
    return String.fromCharCode(
      view.getUint8(at),
      view.getUint8(at + 1),
      view.getUint8(at + 2),
      view.getUint8(at + 3),
    );
  }

  /** A view of the next bytes, not a copy; empty where they are not all there. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return at < 0 ? new Uint8Array(0) : this.#bytes.subarray(at, at + length);
  }

  /** UTF-8 text; bytes that are none become U+FFFD. */
  text(length: number): string {
    return utf8.decode(this.bytes(length));
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Where the next `length` bytes start, or -1 when they are not there. */
  #take(length: number): number {
    const at = this.#at;
    if (!(length >= 0 && length <= this.#bytes.length - at)) {
      this.#overran = true;
      this.#at = this.#bytes.length;
      return -1;
    }
    this.#at = at + length;
    return at;
  }
}
