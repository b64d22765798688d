/**
 * A growing little-endian buffer. `reserve` hands out room to fill in place through `bytes` and `view`;
 * both are replaced when the buffer grows, so they are read anew after every `reserve`.
 */
export class ByteSink {
  bytes: Uint8Array;
  view: DataView;
  length = 0;

  constructor(roomBytes = 256) {
    this.bytes = new Uint8Array(roomBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes the buffer `count` bytes longer and returns where they start; their content is undefined. */
  reserve(count: number): number {
    const at = this.length;
    const end = at + count;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.length = end;
    return at;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.view.setUint32(at, value, true);
  }

  /** A safe integer, 0 or more, in eight bytes. */
  u64(value: number): void {
    const at = this.reserve(8);
    setU64(this.view, at, value);
  }

  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
  }

  /** A copy of everything so far; the sink starts over with the room it has. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}

/** Writes a safe integer, 0 or more, as an unsigned 64-bit little-endian number. */
export function setU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

/** Reads an unsigned 64-bit little-endian number; above 2^53 the result is inexact and not a safe integer. */
export function getU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

/** A view of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
