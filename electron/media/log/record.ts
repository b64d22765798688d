import { crc32 } from 'node:zlib';
import { getU64, setU64, type ByteSink } from './byte-sink.ts';

/** What a record holds, by the number in its header; FORMAT.md describes each. Other numbers are skipped. */
export const RECORD = {
  packets: 1,
  track: 2,
  anchor: 3,
  marker: 4,
  event: 5,
  end: 6,
  index: 7,
  directory: 8,
  seal: 9,
} as const;

/**
 * The bytes every record starts with. F5 occurs nowhere in UTF-8, so no text can hold them; an Opus packet
 * can, which the segment's tag behind them and the checksum tell apart.
 */
export const RECORD_MARKER: Uint8Array = new Uint8Array([0xf5, 0x54, 0x53, 0x52]);
const MARKER_U32 = 0x52_53_54_f5;

/** Marker, tag, checksum, type, track, payload length, position. */
export const RECORD_HEADER_BYTES = 28;

/**
 * Longest record, header included. A second of 256 kb/s packets takes 32 KiB; what needs room is a track's index:
 * 15 minutes of 20 ms packets in groups of five take 216 KiB. One mebibyte leaves a factor of four, keeps
 * the reader's window small, and bounds what a damaged length can make it wait for.
 */
export const MAX_RECORD_BYTES = 2 ** 20;

/**
 * A position beyond this is wrong: 530 days. Positions come from a clock that starts at T0, and whoever fills
 * the silence before a packet must not be sent on for centuries.
 */
export const MAX_POSITION_SAMPLES = 2 ** 41;

/** The track field of records that belong to no track; track ids are below it. */
export const NO_TRACK = 0xffff;

/** Results of `recordBytesAt` other than a length. */
export const NOT_A_RECORD = 0;
export const NEEDS_MORE = -1;

/** The parsed header of a record whose checksum held. */
export interface RecordHeader {
  readonly type: number;
  /** NO_TRACK when it belongs to none. */
  readonly track: number;
  /** As stored: not a safe integer, or beyond MAX_POSITION_SAMPLES, when the writer was wrong. */
  readonly positionSamples: number;
}

/**
 * Length of the valid record at `bytes[at]`, NOT_A_RECORD, or NEEDS_MORE when it may be one that continues behind
 * `bytes`. Marker, tag and length are checked before the checksum is computed, so at most MAX_RECORD_BYTES
 * are ever read for one candidate and nothing is allocated.
 * @param tag the segment's tag, undefined to accept any.
 */
export function recordBytesAt(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  tag: number | undefined,
): number {
  const room = bytes.length - at;
  if (room < RECORD_HEADER_BYTES) return startsLikeRecord(bytes, at, tag) ? NEEDS_MORE : NOT_A_RECORD;
  if (view.getUint32(at, true) !== MARKER_U32) return NOT_A_RECORD;
  if (tag !== undefined && view.getUint32(at + 4, true) !== tag) return NOT_A_RECORD;
  const total = RECORD_HEADER_BYTES + view.getUint32(at + 16, true);
  if (total > MAX_RECORD_BYTES) return NOT_A_RECORD;
  if (total > room) return NEEDS_MORE;
  const checksum = crc32(bytes.subarray(at + 12, at + total));
  return view.getUint32(at + 8, true) === checksum ? total : NOT_A_RECORD;
}

/** Whether the bytes at `at`, as far as there are any, are the marker and tag of a record. */
export function startsLikeRecord(bytes: Uint8Array, at: number, tag: number | undefined): boolean {
  const room = bytes.length - at;
  for (let i = 0; i < Math.min(4, room); i++) if (bytes[at + i] !== RECORD_MARKER[i]) return false;
  if (tag === undefined) return true;
  for (let i = 4; i < Math.min(8, room); i++)
    if (bytes[at + i] !== ((tag >>> ((i - 4) * 8)) & 0xff)) return false;
  return true;
}

/** The fields of the record at `at`, which `recordBytesAt` has found valid. */
export function parseRecordHeader(view: DataView, at: number): RecordHeader {
  return {
    type: view.getUint16(at + 12, true),
    track: view.getUint16(at + 14, true),
    positionSamples: getU64(view, at + 20),
  };
}

/**
 * Completes the record that starts at `at` in the sink and ends with it: the payload lies in place behind
 * RECORD_HEADER_BYTES of room for the header, which is written here, checksum last.
 * @throws RangeError when the record is too long or the position out of range.
 */
export function finishRecord(sink: ByteSink, at: number, tag: number, header: RecordHeader): void {
  const total = sink.length - at;
  if (total > MAX_RECORD_BYTES)
    throw new RangeError(`a record takes at most ${MAX_RECORD_BYTES} bytes, got ${total}`);
  const { type, track, positionSamples } = header;
  expectPosition(positionSamples);
  const { view } = sink;
  view.setUint32(at, MARKER_U32, true);
  view.setUint32(at + 4, tag, true);
  view.setUint16(at + 12, type, true);
  view.setUint16(at + 14, track, true);
  view.setUint32(at + 16, total - RECORD_HEADER_BYTES, true);
  setU64(view, at + 20, positionSamples);
  view.setUint32(at + 8, crc32(sink.bytes.subarray(at + 12, sink.length)), true);
}

/** @throws RangeError for a position no record can have. */
export function expectPosition(positionSamples: number): void {
  if (Number.isInteger(positionSamples) && positionSamples >= 0 && positionSamples <= MAX_POSITION_SAMPLES)
    return;
  throw new RangeError(`a position is 0 to ${MAX_POSITION_SAMPLES} samples, got ${positionSamples}`);
}
