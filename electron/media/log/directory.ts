import { ByteSink, getU64, viewOf } from './byte-sink.ts';
import { entryHeader, parseEntry, serialiseEntry, type LogEntry } from './entry.ts';
import {
  MAX_POSITION_SAMPLES,
  parseRecordHeader,
  RECORD,
  RECORD_HEADER_BYTES,
  recordBytesAt,
} from './record.ts';

/** Where a track's index record lies in the segment. */
export interface IndexPlace {
  readonly track: number;
  readonly startByte: number;
  readonly sizeBytes: number;
}

/** What a sealed segment holds besides packets: where each track's index is, and every entry in order. */
export interface Directory {
  readonly indexes: readonly IndexPlace[];
  readonly entries: readonly LogEntry[];
}

/** u16 track, u64 start, u32 size. */
const PLACE_BYTES = 14;
/** u16 type, u16 track, u64 position, u32 payload bytes. */
const ENTRY_BYTES = 16;
/** u32 indexes, u32 entries. */
const FIXED_BYTES = 8;

/**
 * Copies of a segment's entries, kept until it is sealed. They are stored without a record's marker: a scan
 * that finds its way through a damaged directory must not take them for records, or each would count twice.
 */
export class EntryCopies {
  readonly #sink = new ByteSink();
  #count = 0;

  /** Adds a copy and returns nothing; the entry's own record is written by the caller. */
  add(entry: LogEntry): void {
    const { type, track, positionSamples } = entryHeader(entry);
    const sink = this.#sink;
    sink.u16(type);
    sink.u16(track);
    sink.u64(positionSamples);
    const lengthAt = sink.reserve(4);
    serialiseEntry(sink, entry);
    sink.view.setUint32(lengthAt, sink.length - lengthAt - 4, true);
    this.#count++;
  }

  /** Bytes the payload of a directory takes once `payloadBytes` more are copied and it names `tracks` tracks. */
  bytesWith(payloadBytes: number, tracks: number): number {
    return FIXED_BYTES + PLACE_BYTES * tracks + this.#sink.length + ENTRY_BYTES + payloadBytes;
  }

  /** Appends the payload of the directory record. */
  serialise(sink: ByteSink, indexes: readonly IndexPlace[]): void {
    sink.u32(indexes.length);
    sink.u32(this.#count);
    for (const place of indexes) {
      sink.u16(place.track);
      sink.u64(place.startByte);
      sink.u32(place.sizeBytes);
    }
    sink.append(this.#sink.bytes.subarray(0, this.#sink.length));
  }
}

/** The directory in `bytes[start, end)`, the payload of a record whose checksum held; undefined when it does not fit. */
export function parseDirectory(bytes: Uint8Array, start: number, end: number): Directory | undefined {
  if (end - start < FIXED_BYTES) return undefined;
  const view = viewOf(bytes);
  const indexCount = view.getUint32(start, true);
  const entryCount = view.getUint32(start + 4, true);
  let at = start + FIXED_BYTES;
  if (indexCount * PLACE_BYTES > end - at) return undefined;
  const indexes: IndexPlace[] = [];
  for (let i = 0; i < indexCount; i++, at += PLACE_BYTES) {
    const track = view.getUint16(at, true);
    indexes.push({ track, startByte: getU64(view, at + 2), sizeBytes: view.getUint32(at + 10, true) });
  }
  const entries: LogEntry[] = [];
  for (let i = 0; i < entryCount; i++) {
    const payloadAt = at + ENTRY_BYTES;
    if (payloadAt > end) return undefined;
    const type = view.getUint16(at, true);
    const track = view.getUint16(at + 2, true);
    const positionSamples = getU64(view, at + 4);
    at = payloadAt + view.getUint32(at + 12, true);
    if (at > end || positionSamples > MAX_POSITION_SAMPLES) return undefined;
    const entry = parseEntry({ type, track, positionSamples }, bytes, view, payloadAt, at);
    if (entry.type === 'unknown' || entry.type === 'malformed') return undefined;
    entries.push(entry);
  }
  return at === end ? { indexes, entries } : undefined;
}

/** The seal: the last record of a finished segment, at its very end. */
export interface Seal {
  readonly tag: number;
  readonly directoryByte: number;
  readonly directoryBytes: number;
  readonly headerBytes: number;
  /** CRC-32 of all bytes of the file before the seal. */
  readonly contentCrc32: number;
}

/** u64 directory, u32 its bytes, u32 header bytes, u32 CRC-32 of the content. */
const SEAL_PAYLOAD_BYTES = 20;

/** Bytes of the seal, which are the last of the file. */
export const SEAL_BYTES = RECORD_HEADER_BYTES + SEAL_PAYLOAD_BYTES;

/** Appends the seal's payload. */
export function serialiseSeal(sink: ByteSink, seal: Omit<Seal, 'tag'>): void {
  sink.u64(seal.directoryByte);
  sink.u32(seal.directoryBytes);
  sink.u32(seal.headerBytes);
  sink.u32(seal.contentCrc32);
}

/** The seal at the end of a file of `fileBytes`, of which `tail` is the end; undefined when there is none that fits. */
export function parseSeal(tail: Uint8Array, fileBytes: number): Seal | undefined {
  const at = tail.length - SEAL_BYTES;
  if (at < 0) return undefined;
  const view = viewOf(tail);
  if (recordBytesAt(tail, view, at, undefined) !== SEAL_BYTES) return undefined;
  if (parseRecordHeader(view, at).type !== RECORD.seal) return undefined;
  const payloadAt = at + RECORD_HEADER_BYTES;
  const directoryByte = getU64(view, payloadAt);
  const directoryBytes = view.getUint32(payloadAt + 8, true);
  const headerBytes = view.getUint32(payloadAt + 12, true);
  const contentCrc32 = view.getUint32(payloadAt + 16, true);
  if (directoryByte + directoryBytes !== fileBytes - SEAL_BYTES || headerBytes > directoryByte)
    return undefined;
  return { tag: view.getUint32(at + 4, true), directoryByte, directoryBytes, headerBytes, contentCrc32 };
}
