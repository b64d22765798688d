import { IS_LITTLE_ENDIAN } from './host-order.ts';

const MAX_U8 = 0xff;
const MAX_U16 = 0xffff;
const MAX_U24 = 0xff_ffff;

/** Largest value of an unsigned 32-bit field. */
export const MAX_U32 = 0xffff_ffff;

/** Rows of a column that are widened at once; their bytes stay in the processor's cache. */
const STRETCH_ROWS = 8192;

const utf8 = new TextEncoder();

/**
 * A growable buffer of big-endian fields, as ISO base media files are made of.
 * Nothing narrows silently: a value that its field cannot hold is a RangeError that names both.
 */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #length = 0;

  /** @param roomBytes memory to take at once; a writer that fills exactly this much is never copied. */
  constructor(roomBytes = 1024) {
    this.#bytes = new Uint8Array(Math.max(16, roomBytes));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far, which is also the offset of the next one. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    checkInteger(value, 0, MAX_U8);
    const at = this.#advance(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    checkInteger(value, 0, MAX_U16);
    const at = this.#advance(2);
    this.#view.setUint16(at, value);
  }

  u24(value: number): void {
    checkInteger(value, 0, MAX_U24);
    const at = this.#advance(3);
    this.#view.setUint8(at, value >>> 16);
    this.#view.setUint16(at + 1, value & MAX_U16);
  }

  u32(value: number): void {
    checkInteger(value, 0, MAX_U32);
    const at = this.#advance(4);
    this.#view.setUint32(at, value);
  }

  /** A 64-bit field; the value is a safe integer. */
  u64(value: number): void {
    this.u64At(this.#advance(8), value);
  }

  i16(value: number): void {
    checkInteger(value, -0x8000, 0x7fff);
    const at = this.#advance(2);
    this.#view.setInt16(at, value);
  }

  i32(value: number): void {
    checkInteger(value, -0x8000_0000, 0x7fff_ffff);
    const at = this.#advance(4);
    this.#view.setInt32(at, value);
  }

  /** A four-character code, one byte a character, so that `©` is the byte A9. */
  fourcc(code: string): void {
    if (code.length !== 4) throw new RangeError(`a code has 4 characters, got ${JSON.stringify(code)}`);
    for (let i = 0; i < 4; i++) this.u8(code.charCodeAt(i));
  }

  /** Text as UTF-8, with neither length nor terminator. */
  utf8(text: string): void {
    this.bytes(utf8.encode(text));
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** `count` zero bytes; the offset of the first, so that they can be filled in later. */
  zeros(count: number): number {
    checkInteger(count, 0, Number.MAX_SAFE_INTEGER);
    return this.#advance(count);
  }

  /** Rows `first` to `first + count` of a column of 16-bit numbers, each as a 32-bit field. */
  u32sFromU16(column: Uint16Array, first: number, count: number): void {
    // Widening and swapping are a call each for a whole stretch, which a loop over a day of packets is not.
    for (let row = first; row < first + count; row += STRETCH_ROWS) {
      const rows = Math.min(STRETCH_ROWS, first + count - row);
      const wide = Buffer.from(new Uint32Array(column.subarray(row, row + rows)).buffer);
      this.bytes(IS_LITTLE_ENDIAN ? wide.swap32() : wide);
    }
  }

  /** One 32-bit value, `count` times. */
  u32Repeated(value: number, count: number): void {
    checkInteger(value, 0, MAX_U32);
    let at = this.#advance(4 * count);
    const view = this.#view;
    for (let i = 0; i < count; i++) {
      view.setUint32(at, value);
      at += 4;
    }
  }

  /** Overwrites four bytes that were written before. */
  u32At(offset: number, value: number): void {
    checkInteger(value, 0, MAX_U32);
    this.#checkWritten(offset, 4);
    this.#view.setUint32(offset, value);
  }

  /** Overwrites eight bytes that were written before; the value is a safe integer. */
  u64At(offset: number, value: number): void {
    checkInteger(value, 0, Number.MAX_SAFE_INTEGER);
    this.#checkWritten(offset, 8);
    this.#view.setUint32(offset, Math.floor(value / 2 ** 32));
    this.#view.setUint32(offset + 4, value % 2 ** 32);
  }

  /** What was written, without a copy: the writer is not used afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Makes `count` bytes part of what is written, which may replace the buffer; returns the offset of the first. */
  #advance(count: number): number {
    const at = this.#length;
    if (at + count > this.#bytes.length) this.#grow(count);
    this.#length = at + count;
    return at;
  }

  #grow(count: number): void {
    const room = Math.max(this.#length + count, Math.ceil(this.#bytes.length * 1.5));
    const bytes = new Uint8Array(room);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  #checkWritten(offset: number, count: number): void {
    if (Number.isInteger(offset) && offset >= 0 && offset + count <= this.#length) return;
    throw new RangeError(`bytes ${offset} to ${offset + count} are not within the ${this.#length} written`);
  }
}

function checkInteger(value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`expected an integer from ${min} to ${max}, got ${value}`);
}
