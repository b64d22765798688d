import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';

/** Frame length by configuration number, in units of 120 samples (RFC 6716 section 3.1, table 2). */
const FRAME_UNITS = new Uint8Array(32);
for (let config = 0; config < 32; config++) {
  if (config < 12) FRAME_UNITS[config] = [4, 8, 16, 24][config % 4] ?? 0;
  else if (config < 16) FRAME_UNITS[config] = [4, 8][config % 2] ?? 0;
  else FRAME_UNITS[config] = [1, 2, 4, 8][config % 4] ?? 0;
}

/** An Opus packet lasts at most 120 ms (RFC 6716 section 3.4, requirement R5). */
export const MAX_PACKET_UNITS = 48;

/** Longest packet RFC 6716 allows: 48 frames of 1275 bytes with their lengths, TOC and count byte. Fits 16 bits. */
export const MAX_PACKET_BYTES = 61_298;

/**
 * Duration of the Opus packet at `bytes[start, start + size)` in units of 120 samples (2.5 ms at 48 kHz),
 * or 0 when the bytes cannot be an Opus packet. Reads the TOC byte and the frame packing (RFC 6716 sections
 * 3.1 and 3.2) without looking into the frames; packets of 1 or 2 bytes (DTX) are valid.
 */
export function packetUnits(bytes: Uint8Array, start: number, size: number): number {
  if (size < 1 || size > MAX_PACKET_BYTES || start < 0 || start + size > bytes.length) return 0;
  const toc = bytes[start] ?? 0;
  const frame = FRAME_UNITS[toc >> 3] ?? 0;
  switch (toc & 3) {
    case 0:
      return size - 1 <= 1275 ? frame : 0;
    case 1:
      return (size - 1) % 2 === 0 && (size - 1) / 2 <= 1275 ? 2 * frame : 0;
    case 2:
      return twoFramesFit(bytes, start, size) ? 2 * frame : 0;
    default:
      return manyFrames(bytes, start, size, frame);
  }
}

/** Channels the packet was coded with: 1 or 2 (RFC 6716 section 3.1, bit s). */
export function packetChannels(toc: number): 1 | 2 {
  return (toc & 4) === 0 ? 1 : 2;
}

/** Duration of a packet in samples at 48 kHz, 0 when it is not Opus; see packetUnits. */
export function packetSamples(bytes: Uint8Array, start: number, size: number): number {
  return packetUnits(bytes, start, size) * FRAME_UNIT_SAMPLES;
}

/** Code 2: a length of one or two bytes, then two frames (RFC 6716 section 3.2.4). */
function twoFramesFit(bytes: Uint8Array, start: number, size: number): boolean {
  if (size < 2) return false;
  const length = frameLength(bytes, start + 1, start + size);
  if (length === undefined) return false;
  const rest = size - 1 - length.headerBytes - length.frameBytes;
  return rest >= 0 && rest <= 1275;
}

/** Code 3: a count byte, optional padding, constant or listed lengths (RFC 6716 section 3.2.5). */
function manyFrames(bytes: Uint8Array, start: number, size: number, frame: number): number {
  if (size < 2) return 0;
  const countByte = bytes[start + 1] ?? 0;
  const count = countByte & 0x3f;
  const units = count * frame;
  if (count === 0 || units > MAX_PACKET_UNITS) return 0;
  let at = start + 2;
  let end = start + size;
  if ((countByte & 0x40) !== 0) {
    let more = true;
    while (more) {
      if (at >= end) return 0;
      const pad = bytes[at++] ?? 0;
      more = pad === 255;
      end -= more ? 254 : pad;
    }
    if (end < at) return 0;
  }
  if ((countByte & 0x80) === 0) {
    const each = (end - at) / count;
    return Number.isInteger(each) && each <= 1275 ? units : 0;
  }
  let payload = 0;
  for (let i = 1; i < count; i++) {
    const length = frameLength(bytes, at, end);
    if (length === undefined) return 0;
    at += length.headerBytes;
    payload += length.frameBytes;
  }
  const last = end - at - payload;
  return last >= 0 && last <= 1275 ? units : 0;
}

/** A frame length of one or two bytes (RFC 6716 section 3.2.1), or undefined when it runs past `end`. */
function frameLength(
  bytes: Uint8Array,
  at: number,
  end: number,
): { headerBytes: number; frameBytes: number } | undefined {
  if (at >= end) return undefined;
  const first = bytes[at] ?? 0;
  if (first < 252) return { headerBytes: 1, frameBytes: first };
  if (at + 1 >= end) return undefined;
  return { headerBytes: 2, frameBytes: (bytes[at + 1] ?? 0) * 4 + first };
}
