import { crc32 } from 'node:zlib';
import { ByteSink, getU64, viewOf } from './byte-sink.ts';
import { MAX_RECORD_BYTES } from './record.ts';
import { parseTrackInfo, serialiseTrackInfo, type TrackInfo } from './track-info.ts';

/** Extension of our log's segments, without the dot: Tailslate log. */
const SEGMENT_EXTENSION = 'tsl';

/** The version written, and the newest that is read. New record types need no new version. */
const SEGMENT_VERSION = 1;

/**
 * First bytes of a segment. F5 keeps it from being taken for text, CR LF shows a transfer that "corrected"
 * line ends.
 */
const SEGMENT_MAGIC: Uint8Array = new Uint8Array([0xf5, 0x54, 0x53, 0x4c, 0x4f, 0x47, 0x0d, 0x0a]);

/** Fixed part of the header; the zone, the tracks and the checksum follow. */
const FIXED_BYTES = 70;
const CHECKSUM_BYTES = 4;

/** More tracks than any interface offers inputs; keeps header and directory within MAX_RECORD_BYTES. */
export const MAX_TRACKS = 1024;

/** What a segment says about itself and its session. */
export interface SegmentHeader {
  /** UUID, lower case with hyphens. */
  readonly sessionId: string;
  /** From 1, without holes. */
  readonly number: number;
  /** Wall clock at T0, the same in every segment. */
  readonly t0UnixMicros: number;
  /** Wall clock when this segment began. */
  readonly wallUnixMicros: number;
  /** The recorder's monotonic clock at that moment; its zero means nothing, differences do. */
  readonly monotonicMicros: number;
  /** Session position of the first record. */
  readonly startSamples: number;
  /** IANA zone of the recording machine: the start timecode depends on it. */
  readonly zone: string;
  /** Every track known when the segment began, with its name at that time. */
  readonly tracks: readonly TrackInfo[];
}

/** What reading the start of a segment gave. */
export type HeaderResult =
  | { readonly status: 'read'; readonly header: SegmentHeader; readonly sizeBytes: number }
  | { readonly status: 'needs-more' | 'damaged' | 'newer' };

/** Path of a segment within the session folder: `log/000001.tsl`. */
export function segmentFile(number: number): string {
  return `log/${String(number).padStart(6, '0')}.${SEGMENT_EXTENSION}`;
}

/** The number in a segment's path, or undefined when it is not named like one. */
export function segmentNumber(file: string): number | undefined {
  const digits = /^(?:.*\/)?(\d{6,9})\.tsl$/.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The four bytes that every record of a segment repeats: the CRC-32 of session id and segment number. Blocks
 * of another log that a file system left behind, or a log inside a packet, do not carry it.
 */
export function segmentTag(sessionId: string, number: number): number {
  const sink = new ByteSink(20);
  putSessionId(sink, sessionId);
  sink.u32(number);
  return crc32(sink.take());
}

/** @throws RangeError for a session id that is no UUID, too many tracks or values out of range. */
export function serialiseSegmentHeader(header: SegmentHeader): Uint8Array {
  const { tracks } = header;
  if (tracks.length > MAX_TRACKS)
    throw new RangeError(`a log holds at most ${MAX_TRACKS} tracks, got ${tracks.length}`);
  const zone = new TextEncoder().encode(header.zone);
  if (zone.length > 255) throw new RangeError(`a zone takes at most 255 bytes, got ${zone.length}`);
  const sink = new ByteSink(1024);
  sink.append(SEGMENT_MAGIC);
  sink.u16(SEGMENT_VERSION);
  sink.u16(tracks.length);
  sink.u32(0);
  putSessionId(sink, header.sessionId);
  sink.u32(header.number);
  for (const value of [
    header.t0UnixMicros,
    header.wallUnixMicros,
    header.monotonicMicros,
    header.startSamples,
  ]) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`a clock is a safe integer, got ${value}`);
    sink.u64(value);
  }
  sink.u16(zone.length);
  sink.append(zone);
  for (const track of tracks) serialiseTrackInfo(sink, track);
  sink.view.setUint32(12, sink.length + CHECKSUM_BYTES, true);
  sink.u32(crc32(sink.bytes.subarray(0, sink.length)));
  return sink.take();
}

/**
 * Reads the header at the start of `bytes`; its length is believed only up to MAX_RECORD_BYTES.
 * `damaged`: no magic, an impossible length, a checksum that differs or fields that do not fit.
 * `newer`: intact, but of a version this reader does not know.
 */
export function parseSegmentHeader(bytes: Uint8Array): HeaderResult {
  for (let i = 0; i < Math.min(SEGMENT_MAGIC.length, bytes.length); i++) {
    if (bytes[i] !== SEGMENT_MAGIC[i]) return { status: 'damaged' };
  }
  if (bytes.length < FIXED_BYTES) return { status: 'needs-more' };
  const view = viewOf(bytes);
  const sizeBytes = view.getUint32(12, true);
  if (sizeBytes < FIXED_BYTES + CHECKSUM_BYTES || sizeBytes > MAX_RECORD_BYTES) return { status: 'damaged' };
  if (bytes.length < sizeBytes) return { status: 'needs-more' };
  const end = sizeBytes - CHECKSUM_BYTES;
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) return { status: 'damaged' };
  if (view.getUint16(8, true) !== SEGMENT_VERSION) return { status: 'newer' };
  const header = parseFields(bytes, view, end);
  return header === undefined ? { status: 'damaged' } : { status: 'read', header, sizeBytes };
}

function parseFields(bytes: Uint8Array, view: DataView, end: number): SegmentHeader | undefined {
  const clocks = [getU64(view, 36), getU64(view, 44), getU64(view, 52), getU64(view, 60)];
  if (!clocks.every((clock) => Number.isSafeInteger(clock))) return undefined;
  const [t0UnixMicros = 0, wallUnixMicros = 0, monotonicMicros = 0, startSamples = 0] = clocks;
  let at = FIXED_BYTES + view.getUint16(68, true);
  if (at > end) return undefined;
  const zone = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(FIXED_BYTES, at));
  const tracks: TrackInfo[] = [];
  for (let i = view.getUint16(10, true); i > 0; i--) {
    const entry = parseTrackInfo(bytes, at, end);
    if (entry === undefined) return undefined;
    tracks.push(entry.info);
    at = entry.endByte;
  }
  if (at !== end) return undefined;
  const number = view.getUint32(32, true);
  const sessionId = sessionIdAt(bytes, 16);
  return { sessionId, number, t0UnixMicros, wallUnixMicros, monotonicMicros, startSamples, zone, tracks };
}

function putSessionId(sink: ByteSink, sessionId: string): void {
  if (!isSessionId(sessionId)) throw new RangeError(`a session id is a lower-case UUID, got ${sessionId}`);
  const digits = sessionId.replaceAll('-', '');
  for (let i = 0; i < 32; i += 2) sink.u8(Number.parseInt(digits.slice(i, i + 2), 16));
}

/** Whether the text is a UUID in lower case with hyphens (RFC 9562 section 4), of any version. */
export function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function sessionIdAt(bytes: Uint8Array, at: number): string {
  let digits = '';
  for (let i = 0; i < 16; i++) digits += (bytes[at + i] ?? 0).toString(16).padStart(2, '0');
  const cuts = [0, 8, 12, 16, 20, 32];
  return [0, 1, 2, 3, 4].map((i) => digits.slice(cuts[i], cuts[i + 1])).join('-');
}
