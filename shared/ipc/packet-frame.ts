import { AppError } from '../model/errors.ts';

/**
 * What a capture page sends for each stretch of encoded audio, over a WebSocket or a MessagePort. Little-endian:
 *
 * | byte   | size  | field                                                                            |
 * | ------ | ----- | -------------------------------------------------------------------------------- |
 * | 0      | 1     | version, 1                                                                       |
 * | 1      | 1     | flags: 1 clipped; other bits are passed over                                     |
 * | 2      | 2     | track, 0 to 65534                                                                |
 * | 4      | 4     | session tag: the first eight digits of the session's id, as a number             |
 * | 8      | 8     | position of the first packet in samples of 1/48000 s, below 2^53                 |
 * | 16     | 2     | peak in 1/100 dBFS, signed; -32768 when it was not measured                      |
 * | 18     | 2     | RMS, the same way                                                                |
 * | 20     | 2     | n, number of packets, 1 to 512                                                   |
 * | 22     | 2 x n | sizes of the packets                                                             |
 * | 22+2n  | ...   | the packets back to back, to the frame's end                                     |
 *
 * The packets follow each other without a gap. A frame may be sent again after a broken connection.
 */
export interface PacketFrame {
  /** See `sessionTag`. */
  readonly sessionTag: number;
  readonly track: number;
  /** Where the first packet begins, in samples from T0. */
  readonly positionSamples: number;
  readonly packets: readonly Uint8Array[];
  readonly level: FrameLevel;
}

/** How loud the input was while these packets were encoded. */
export interface FrameLevel {
  /** dBFS to a hundredth; null when it was not measured. */
  readonly peakDb: number | null;
  readonly rmsDb: number | null;
  /** Whether a sample reached full scale. */
  readonly clipped: boolean;
}

const VERSION = 1;
const CLIPPED = 1;
const FIXED_BYTES = 22;
const NOT_MEASURED = -32_768;

/** A second and more of the shortest packets, 2.5 ms. */
export const MAX_FRAME_PACKETS = 512;
/** Far beyond a second of the highest bit rate; bounds what a page can make the program hold. */
export const MAX_FRAME_BYTES = 256 * 1024;
const MAX_TRACK = 0xfffe;
/** Bounds of a level: below is silence, above no input can be. The contract shows levels within them. */
const LEAST_DB = -200;
const MOST_DB = 20;

/** Tells a page's frames from those of a page that still sends for an earlier session. */
export function sessionTag(sessionId: string): number {
  return Number.parseInt(sessionId.slice(0, 8), 16) >>> 0;
}

/** @throws RangeError for a frame beyond the limits: the sender splits it. */
export function serialisePacketFrame(frame: PacketFrame): Uint8Array<ArrayBuffer> {
  const { packets, positionSamples, track, level } = frame;
  const payloadBytes = packets.reduce((sum, { length }) => sum + length, 0);
  const sizeBytes = FIXED_BYTES + 2 * packets.length + payloadBytes;
  expect(packets.length >= 1 && packets.length <= MAX_FRAME_PACKETS, `${packets.length} packets`);
  expect(sizeBytes <= MAX_FRAME_BYTES, `${sizeBytes} bytes`);
  expect(Number.isInteger(track) && track >= 0 && track <= MAX_TRACK, `track ${track}`);
  expect(Number.isSafeInteger(positionSamples) && positionSamples >= 0, `position ${positionSamples}`);
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, level.clipped ? CLIPPED : 0);
  view.setUint16(2, track, true);
  view.setUint32(4, frame.sessionTag, true);
  view.setUint32(8, positionSamples % 2 ** 32, true);
  view.setUint32(12, Math.floor(positionSamples / 2 ** 32), true);
  view.setInt16(16, centiDb(level.peakDb), true);
  view.setInt16(18, centiDb(level.rmsDb), true);
  view.setUint16(20, packets.length, true);
  let at = FIXED_BYTES + 2 * packets.length;
  for (const [index, packet] of packets.entries()) {
    expect(packet.length <= 0xffff, `a packet of ${packet.length} bytes`);
    view.setUint16(FIXED_BYTES + 2 * index, packet.length, true);
    bytes.set(packet, at);
    at += packet.length;
  }
  return bytes;
}

/**
 * Reads a frame; its packets are views of `bytes`, and may be empty or anything but Opus.
 * @throws AppError('usage') for bytes that are no frame. No length is believed before it was compared with what is there.
 */
export function parsePacketFrame(bytes: Uint8Array): PacketFrame {
  if (bytes.length < FIXED_BYTES) throw noFrame(`it has ${bytes.length} bytes`);
  if (bytes.length > MAX_FRAME_BYTES) throw noFrame(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(0);
  if (version !== VERSION) throw noFrame(`its version is ${version}`);
  const track = view.getUint16(2, true);
  if (track > MAX_TRACK) throw noFrame(`its track is ${track}`);
  const positionSamples = view.getUint32(12, true) * 2 ** 32 + view.getUint32(8, true);
  if (!Number.isSafeInteger(positionSamples)) throw noFrame('its position is out of range');
  const count = view.getUint16(20, true);
  if (count === 0 || count > MAX_FRAME_PACKETS) throw noFrame(`it announces ${count} packets`);
  let at = FIXED_BYTES + 2 * count;
  if (at > bytes.length) throw noFrame('its table of sizes is cut off');
  const packets: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const end = at + view.getUint16(FIXED_BYTES + 2 * index, true);
    if (end > bytes.length) throw noFrame(`packet ${index} is cut off`);
    packets.push(bytes.subarray(at, end));
    at = end;
  }
  if (at !== bytes.length) throw noFrame(`${bytes.length - at} bytes follow its packets`);
  return {
    sessionTag: view.getUint32(4, true),
    track,
    positionSamples,
    packets,
    level: {
      peakDb: decibels(view.getInt16(16, true)),
      rmsDb: decibels(view.getInt16(18, true)),
      clipped: (view.getUint8(1) & CLIPPED) !== 0,
    },
  };
}

function centiDb(value: number | null): number {
  if (value === null || Number.isNaN(value)) return NOT_MEASURED;
  return Math.round(Math.min(MOST_DB, Math.max(LEAST_DB, value)) * 100);
}

function decibels(centi: number): number | null {
  return centi === NOT_MEASURED ? null : Math.min(MOST_DB, Math.max(LEAST_DB, centi / 100));
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new RangeError(`a packet frame cannot hold ${what}`);
}

function noFrame(reason: string): AppError {
  return new AppError('usage', `What arrived is no packet frame: ${reason}.`, {
    next: 'Reload the capture page, so that both sides have the same version.',
  });
}
