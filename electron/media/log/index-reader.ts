import type { LogCollector } from './collector.ts';
import { viewOf } from './byte-sink.ts';
import { parseDirectory, parseSeal, type Directory, type IndexPlace, type Seal } from './directory.ts';
import { MAX_RECORD_BYTES, parseRecordHeader, RECORD, RECORD_HEADER_BYTES, recordBytesAt } from './record.ts';
import { parseSegmentHeader, segmentTag, type SegmentHeader } from './segment.ts';
import { collectIndex, parseTrackIndex, type TrackIndex } from './track-index.ts';

/** A range of the segment's file that the reader asks for. */
export interface ByteRange {
  readonly startByte: number;
  readonly endByte: number;
}

/** Read from the file's end at once: seal and, nearly always, the whole directory. */
const TAIL_BYTES = 16 * 1024;

/**
 * Reads a sealed segment by its index, without a look at the packets: the end of the file, its header, and the index
 * of each track asked for. The caller reads what `wants` names and hands it to `give` until nothing is wanted:
 *
 *     for (let range = reader.wants; range !== undefined; range = reader.wants) reader.give(read(range));
 *     if (!reader.accepted) scan the segment
 *
 * The collector is touched only when everything asked for was found intact and consistent; it then holds what a scan
 * of the undamaged segment gives, and a check of the payload for whoever reads that.
 */
export class IndexReader {
  readonly #collector: LogCollector;
  readonly #file: string;
  readonly #fileBytes: number;
  #wants: ByteRange | undefined;
  #accepted = false;
  #seal: Seal | undefined;
  #directory: Directory | undefined;
  #header: SegmentHeader | undefined;
  #pending: IndexPlace[] = [];
  /** Packets lie before this byte. */
  #dataEndByte = 0;
  readonly #indexes: { track: number; index: TrackIndex }[] = [];

  constructor(collector: LogCollector, file: string, fileBytes: number) {
    this.#collector = collector;
    this.#file = file;
    this.#fileBytes = fileBytes;
    if (fileBytes > 0) this.#wants = { startByte: Math.max(0, fileBytes - TAIL_BYTES), endByte: fileBytes };
  }

  /** The next range to read, at most MAX_RECORD_BYTES; undefined when done. */
  get wants(): ByteRange | undefined {
    return this.#wants;
  }

  /** Whether the segment was read. If not, the collector is as before and the segment is to be scanned. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Takes the bytes of `wants`; fewer than that reject the index. They are referred to until the reader is done. */
  give(bytes: Uint8Array): void {
    const range = this.#wants;
    this.#wants = undefined;
    if (range === undefined || bytes.length !== range.endByte - range.startByte) return;
    if (this.#seal === undefined) this.#takeTail(bytes, range.startByte);
    else if (this.#directory === undefined) this.#takeDirectory(bytes, range.startByte);
    else if (this.#header === undefined) this.#takeHeader(bytes);
    else this.#takeIndex(bytes, range.startByte);
  }

  #takeTail(bytes: Uint8Array, startByte: number): void {
    const seal = parseSeal(bytes, this.#fileBytes);
    if (seal === undefined || seal.directoryBytes > MAX_RECORD_BYTES || seal.headerBytes > MAX_RECORD_BYTES)
      return;
    this.#seal = seal;
    if (seal.directoryByte >= startByte) this.#takeDirectory(bytes, startByte);
    else this.#wants = { startByte: seal.directoryByte, endByte: seal.directoryByte + seal.directoryBytes };
  }

  #takeDirectory(bytes: Uint8Array, startByte: number): void {
    if (this.#seal === undefined) return;
    const { directoryByte, directoryBytes, headerBytes } = this.#seal;
    const at = directoryByte - startByte;
    if (!this.#isRecord(bytes, at, directoryBytes, RECORD.directory)) return;
    const directory = parseDirectory(bytes, at + RECORD_HEADER_BYTES, at + directoryBytes);
    if (directory === undefined) return;
    // The indexes fill the room between the packets and the directory, one after another.
    this.#dataEndByte = directory.indexes[0]?.startByte ?? directoryByte;
    let byte = this.#dataEndByte;
    for (const { startByte: start, sizeBytes } of directory.indexes) {
      if (start !== byte || sizeBytes > MAX_RECORD_BYTES) return;
      byte += sizeBytes;
    }
    if (byte !== directoryByte || this.#dataEndByte < headerBytes) return;
    this.#directory = directory;
    this.#pending = directory.indexes.filter(({ track }) => this.#collector.wants(track));
    this.#wants = { startByte: 0, endByte: headerBytes };
  }

  #takeHeader(bytes: Uint8Array): void {
    const result = parseSegmentHeader(bytes);
    if (result.status !== 'read' || result.sizeBytes !== bytes.length) return;
    if (segmentTag(result.header.sessionId, result.header.number) !== this.#seal?.tag) return;
    this.#header = result.header;
    this.#next();
  }

  #takeIndex(bytes: Uint8Array, startByte: number): void {
    const place = this.#pending.shift();
    if (place?.startByte !== startByte || this.#seal === undefined) return;
    if (!this.#isRecord(bytes, 0, bytes.length, RECORD.index, place.track)) return;
    const { headerBytes } = this.#seal;
    const index = parseTrackIndex(bytes, RECORD_HEADER_BYTES, bytes.length, headerBytes, this.#dataEndByte);
    if (index === undefined) return;
    this.#indexes.push({ track: place.track, index });
    this.#next();
  }

  #next(): void {
    const place = this.#pending[0];
    if (place === undefined) this.#commit();
    else this.#wants = { startByte: place.startByte, endByte: place.startByte + place.sizeBytes };
  }

  #commit(): void {
    const collector = this.#collector;
    const begun = collector.begin(this.#file, this.#header);
    if (begun === undefined) return;
    begun.segment.sealed = true;
    for (const entry of this.#directory?.entries ?? []) collector.add(entry);
    for (const { track: id, index } of this.#indexes) {
      const { packets, checks } = collector.track(id, 1);
      const firstRow = packets.count;
      collectIndex(index, packets, begun.part);
      checks.push({ part: begun.part, firstRow, endRow: packets.count, crc32: index.crc32 });
    }
    this.#accepted = true;
  }

  /** Whether a valid record of this type, length and, if named, track lies at `at`. */
  #isRecord(bytes: Uint8Array, at: number, sizeBytes: number, type: number, track?: number): boolean {
    if (sizeBytes < RECORD_HEADER_BYTES) return false;
    const view = viewOf(bytes);
    if (recordBytesAt(bytes, view, at, this.#seal?.tag) !== sizeBytes) return false;
    const header = parseRecordHeader(view, at);
    return header.type === type && (track === undefined || header.track === track);
  }
}
