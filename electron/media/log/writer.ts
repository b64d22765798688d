import { crc32 } from 'node:zlib';
import { packetUnits } from '../opus/toc.ts';
import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { ByteSink } from './byte-sink.ts';
import { EntryCopies, serialiseSeal, type IndexPlace } from './directory.ts';
import {
  entryHeader,
  serialiseEntry,
  type ClockAnchor,
  type LogEntry,
  type LogMarker,
  type TrackEvent,
} from './entry.ts';
import { PacketGroupBuilder } from './group.ts';
import { packetsOverheadBytes, serialisePackets } from './packets.ts';
import {
  expectPosition,
  finishRecord,
  MAX_RECORD_BYTES,
  NO_TRACK,
  RECORD,
  RECORD_HEADER_BYTES,
} from './record.ts';
import { MAX_TRACKS, segmentTag, serialiseSegmentHeader, type SegmentHeader } from './segment.ts';
import { TrackIndexBuilder } from './track-index.ts';
import { serialiseTrackInfo, type TrackInfo } from './track-info.ts';

/** What every segment of a session repeats. */
export interface LogIdentity {
  readonly sessionId: string;
  readonly t0UnixMicros: number;
  readonly zone: string;
  /** Tracks known at the start. */
  readonly tracks: readonly TrackInfo[];
}

/** Both clocks at the same moment. */
export interface SegmentClock {
  readonly wallUnixMicros: number;
  readonly monotonicMicros: number;
}

/** Bytes to append to a segment's file. Chunks follow each other; a new number means a new file. */
export interface LogChunk {
  readonly segment: number;
  readonly bytes: Uint8Array;
  /** Whether the segment is finished with these bytes. */
  readonly sealed: boolean;
}

export interface LogWriterOptions {
  /** Read once at the start of every segment. */
  readonly clock: () => SegmentClock;
  /** Packets of a full group. 25 make half a second of 20 ms packets; a commit closes smaller ones. */
  readonly groupPackets?: number;
  /** A segment is sealed before its records pass this many bytes. */
  readonly segmentBytes?: number;
  /** A segment is sealed before it spans this many samples. */
  readonly segmentSamples?: number;
}

/** Small enough that the one segment without an index, the last, is scanned in a tenth of a second. */
const SEGMENT_BYTES = 64 * 2 ** 20;
/** 15 minutes: bounds the index of a track and what goes with one lost file. */
const SEGMENT_SAMPLES = 15 * 60 * 48_000;
/** Offsets in an index take 32 bits; the index itself comes on top. */
const MOST_SEGMENT_BYTES = 2 ** 31;

/** A segment that is being written. */
interface OpenSegment {
  readonly number: number;
  readonly tag: number;
  readonly headerBytes: number;
  readonly startSamples: number;
  readonly copies: EntryCopies;
  readonly indexes: Map<number, TrackIndexBuilder>;
  /** Bytes handed out already; what the sink holds comes after them. */
  takenBytes: number;
  /** CRC-32 of the bytes handed out. */
  takenCrc32: number;
  endSamples: number;
}

/**
 * Writes a session's log: packets and entries go in, the bytes of its segments come out of `commit`.
 * Groups are closed when full, when a packet does not follow the one before it, and by `commit`; segments are sealed
 * with their index when they reach a bound and by `end`. The same calls give the same bytes.
 */
export class LogWriter {
  readonly #identity: LogIdentity;
  readonly #clock: () => SegmentClock;
  readonly #groupPackets: number;
  readonly #segmentBytes: number;
  readonly #segmentSamples: number;
  readonly #tracks = new Map<number, TrackInfo>();
  readonly #groups = new Map<number, PacketGroupBuilder>();
  readonly #sink = new ByteSink(1 << 16);
  readonly #chunks: LogChunk[] = [];
  #open: OpenSegment | undefined;
  #lastNumber = 0;
  #ended = false;

  /** @throws RangeError for bounds, an identity or tracks out of range. */
  constructor(identity: LogIdentity, options: LogWriterOptions) {
    this.#identity = identity;
    this.#clock = options.clock;
    this.#groupPackets = bounded('group', options.groupPackets ?? 25, 1, 0xffff);
    this.#segmentBytes = bounded('segment', options.segmentBytes ?? SEGMENT_BYTES, 1, MOST_SEGMENT_BYTES);
    this.#segmentSamples = bounded(
      'segment',
      options.segmentSamples ?? SEGMENT_SAMPLES,
      1,
      Number.MAX_SAFE_INTEGER,
    );
    for (const info of identity.tracks) this.#know(info);
    // The first segment exists as soon as its session does: a log without packets is a log.
    this.#begin(0);
  }

  /**
   * Adds packets of a track that follow each other from `positionSamples` on. The bytes are copied.
   * @throws RangeError for an unknown track or bytes that are not an Opus packet; the packets before it are kept.
   */
  add(track: number, positionSamples: number, packets: readonly Uint8Array[]): void {
    const group = this.#groups.get(track);
    if (group === undefined) throw new RangeError(`packets of track ${track}, which the log does not know`);
    this.#expectOpen();
    let position = positionSamples;
    for (const packet of packets) {
      expectPosition(position);
      const units = packetUnits(packet, 0, packet.length);
      if (units === 0)
        throw new RangeError(`track ${track} at ${position}: ${packet.length} bytes are no Opus packet`);
      const grown = packetsOverheadBytes(group.count + 1) + group.payloadBytes + packet.length;
      if (group.count > 0 && (group.nextSamples !== position || grown > MAX_RECORD_BYTES))
        this.#closeGroup(track, group);
      group.add(position, packet, units);
      position += units * FRAME_UNIT_SAMPLES;
      if (group.count >= this.#groupPackets) this.#closeGroup(track, group);
    }
  }

  /** A track joins, or a known one changes its name. */
  track(positionSamples: number, info: TrackInfo): void {
    this.#know(info);
    this.#writeEntry({ type: 'track', positionSamples, info });
  }

  anchor(anchor: ClockAnchor): void {
    this.#writeEntry({ type: 'anchor', anchor });
  }

  marker(marker: LogMarker): void {
    this.#writeEntry({ type: 'marker', marker });
  }

  /** @throws RangeError for an unknown track. */
  event(event: TrackEvent): void {
    if (!this.#tracks.has(event.track))
      throw new RangeError(`an event of track ${event.track}, which the log does not know`);
    this.#writeEntry({ type: 'event', event });
  }

  /** The session ends here, exactly. Closes all groups and seals the last segment; nothing can be added then. */
  end(positionSamples: number): void {
    this.#closeGroups();
    this.#writeEntry({ type: 'end', positionSamples });
    this.#seal();
    this.#ended = true;
  }

  /** Closes all groups and returns what is to be written since the last call, in order. */
  commit(): LogChunk[] {
    this.#closeGroups();
    if (this.#sink.length > 0) this.#takeChunk(false);
    return this.#chunks.splice(0);
  }

  #know(info: TrackInfo): void {
    serialiseTrackInfo(new ByteSink(), info);
    if (!this.#tracks.has(info.id) && this.#tracks.size === MAX_TRACKS) {
      throw new RangeError(`a log holds at most ${MAX_TRACKS} tracks`);
    }
    this.#tracks.set(info.id, info);
    if (!this.#groups.has(info.id)) this.#groups.set(info.id, new PacketGroupBuilder());
  }

  #closeGroups(): void {
    for (const [track, group] of this.#groups) if (group.count > 0) this.#closeGroup(track, group);
  }

  #closeGroup(track: number, builder: PacketGroupBuilder): void {
    const group = builder.take();
    const { positionSamples } = builder;
    const total = packetsOverheadBytes(group.count) + group.payload.length;
    const known = this.#open?.indexes.get(track);
    if (known !== undefined && known.bytesWith(group.count) > MAX_RECORD_BYTES - RECORD_HEADER_BYTES)
      this.#seal();
    const segment = this.#room(positionSamples, total);
    const at = this.#sink.reserve(RECORD_HEADER_BYTES);
    serialisePackets(this.#sink, group);
    finishRecord(this.#sink, at, segment.tag, { type: RECORD.packets, track, positionSamples });
    segment.endSamples = Math.max(segment.endSamples, builder.nextSamples);
    let index = segment.indexes.get(track);
    if (index === undefined) segment.indexes.set(track, (index = new TrackIndexBuilder()));
    index.add(positionSamples, segment.takenBytes + this.#sink.length - group.payload.length, group);
  }

  #writeEntry(entry: LogEntry): void {
    this.#expectOpen();
    const header = entryHeader(entry);
    expectPosition(header.positionSamples);
    const payload = new ByteSink();
    serialiseEntry(payload, entry);
    const full = this.#open?.copies.bytesWith(payload.length, this.#tracks.size) ?? 0;
    if (full > MAX_RECORD_BYTES - RECORD_HEADER_BYTES) this.#seal();
    const segment = this.#room(header.positionSamples, RECORD_HEADER_BYTES + payload.length);
    const at = this.#sink.reserve(RECORD_HEADER_BYTES);
    this.#sink.append(payload.take());
    finishRecord(this.#sink, at, segment.tag, header);
    segment.copies.add(entry);
    segment.endSamples = Math.max(segment.endSamples, header.positionSamples);
  }

  /** The segment that a record of `total` bytes at this position goes to: the open one, or the next. */
  #room(positionSamples: number, total: number): OpenSegment {
    const open = this.#open;
    if (open !== undefined) {
      const written = open.takenBytes + this.#sink.length;
      const isFull = written > open.headerBytes && written + total > this.#segmentBytes;
      // Imported tracks come one after the other, so the next one begins far behind.
      if (!isFull && Math.abs(positionSamples - open.startSamples) < this.#segmentSamples) return open;
      this.#seal();
    }
    return this.#begin(positionSamples);
  }

  #begin(startSamples: number): OpenSegment {
    const { sessionId, t0UnixMicros, zone } = this.#identity;
    const number = ++this.#lastNumber;
    const tracks = [...this.#tracks.values()];
    const header: SegmentHeader = {
      sessionId,
      number,
      t0UnixMicros,
      ...this.#clock(),
      startSamples,
      zone,
      tracks,
    };
    const bytes = serialiseSegmentHeader(header);
    this.#sink.append(bytes);
    this.#open = {
      number,
      tag: segmentTag(sessionId, number),
      headerBytes: bytes.length,
      startSamples,
      copies: new EntryCopies(),
      indexes: new Map(),
      takenBytes: 0,
      takenCrc32: 0,
      endSamples: startSamples,
    };
    return this.#open;
  }

  /** Ends the open segment: an index record per track, the directory, the seal. */
  #seal(): void {
    const segment = this.#open;
    if (segment === undefined) return;
    const sink = this.#sink;
    const { tag, headerBytes, endSamples: positionSamples } = segment;
    const places: IndexPlace[] = [];
    for (const [track, index] of segment.indexes) {
      const at = sink.reserve(RECORD_HEADER_BYTES);
      index.serialise(sink);
      finishRecord(sink, at, tag, { type: RECORD.index, track, positionSamples });
      places.push({ track, startByte: segment.takenBytes + at, sizeBytes: sink.length - at });
    }
    const directoryAt = sink.reserve(RECORD_HEADER_BYTES);
    segment.copies.serialise(sink, places);
    finishRecord(sink, directoryAt, tag, { type: RECORD.directory, track: NO_TRACK, positionSamples });
    const directoryBytes = sink.length - directoryAt;
    const directoryByte = segment.takenBytes + directoryAt;
    const contentCrc32 = crc32(sink.bytes.subarray(0, sink.length), segment.takenCrc32);
    const sealAt = sink.reserve(RECORD_HEADER_BYTES);
    serialiseSeal(sink, { directoryByte, directoryBytes, headerBytes, contentCrc32 });
    finishRecord(sink, sealAt, tag, { type: RECORD.seal, track: NO_TRACK, positionSamples });
    this.#takeChunk(true);
    this.#open = undefined;
  }

  #takeChunk(sealed: boolean): void {
    if (this.#open === undefined) return;
    const bytes = this.#sink.take();
    this.#open.takenBytes += bytes.length;
    if (!sealed) this.#open.takenCrc32 = crc32(bytes, this.#open.takenCrc32);
    this.#chunks.push({ segment: this.#open.number, bytes, sealed });
  }

  #expectOpen(): void {
    if (this.#ended) throw new RangeError('the session has ended, nothing can be added to its log');
  }
}

function bounded(what: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`a ${what} bound is ${least} to ${most}, got ${value}`);
}
