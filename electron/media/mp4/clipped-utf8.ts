/** The most that a text with one byte for its length holds. */
const MAX_BYTES = 0xff;

/** A text as UTF-8, cut before the first character that does not fit 255 bytes. */
export function clippedUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(MAX_BYTES);
  const { written } = new TextEncoder().encodeInto(text, bytes);
  return bytes.subarray(0, written);
}
