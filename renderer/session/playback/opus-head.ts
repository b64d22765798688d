/**
 * Identification header of an Opus stream (RFC 7845 section 5.1), as WebCodecs takes it for its description. Its
 * pre-skip is 0: packets come with the place of their decoded audio, from which the pre-skip is taken already.
 */
export function opusHead(channels: 1 | 2): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(19);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('OpusHead'));
  view.setUint8(8, 1);
  view.setUint8(9, channels);
  view.setUint32(12, 48_000, true);
  return bytes;
}
