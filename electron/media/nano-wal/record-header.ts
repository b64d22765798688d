/** `stampMs` of a record that carries no time. */
export const NO_STAMP = -1;

/** A stamp beyond this is wrong: a year. Whoever fills the silence before it must not be sent on for centuries. */
export const MAX_STAMP_MS: number = 366 * 24 * 3_600_000;

/** No sound card samples faster; what lies beyond is not a header. */
const MAX_SAMPLE_RATE = 1_536_000;

const MAX_CHANNELS = 255;

/** An unsigned 64-bit number takes at most ten groups of seven bits, the last holding one bit. */
const MAX_VARINT_BYTES = 10;

const INVALID = -1;

/**
 * The header that Bedrock Voice Chat puts before each packet, in postcard's encoding (varints of seven bits, lowest
 * first). Only its beginning is read; position, game data and whatever later versions append are passed over.
 * One instance is read into again and again: it costs no memory.
 */
export class RecordHeader {
  /** 0: own microphone. 1: another player. */
  variant = 0;
  sampleRate = 0;
  /** What the app says; the packet's TOC byte decides. */
  channels = 0;
  /** Arrival in milliseconds from T0, NO_STAMP, or a value beyond MAX_STAMP_MS, inexact from 2^53 on. */
  stampMs = NO_STAMP;
  #at = 0;

  /** Decodes `bytes[start, end)`; false when that is no such header, and the fields then say nothing. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.#at = start;
    this.variant = this.#varint(bytes, end);
    this.sampleRate = this.#varint(bytes, end);
    this.channels = this.#varint(bytes, end);
    if (this.variant !== 0 && this.variant !== 1) return false;
    if (this.sampleRate < 1 || this.sampleRate > MAX_SAMPLE_RATE) return false;
    if (this.channels < 1 || this.channels > MAX_CHANNELS) return false;
    if (this.variant === 0) {
      const option = this.#at < end ? bytes[this.#at++] : INVALID;
      if (option === 0) {
        this.stampMs = NO_STAMP;
        return true;
      }
      if (option !== 1) return false;
    }
    this.stampMs = this.#varint(bytes, end);
    return this.stampMs !== INVALID;
  }

  /** The next number, or INVALID when it runs past `end` or 64 bits; after that nothing is there to be read. */
  #varint(bytes: Uint8Array, end: number): number {
    let value = 0;
    let scale = 1;
    for (let length = 1; length <= MAX_VARINT_BYTES && this.#at < end; length++) {
      const byte = bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return length === MAX_VARINT_BYTES && byte > 1 ? INVALID : value;
      scale *= 128;
    }
    this.#at = end;
    return INVALID;
  }
}
