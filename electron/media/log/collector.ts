import { AppError } from '../../../shared/model/errors.ts';
import { type LogPart, PacketTableBuilder } from '../packet-table.ts';
import type { ClockAnchor, LogEntry, LogMarker, TrackEvent } from './entry.ts';
import { FindingList } from '../findings/finding-list.ts';
import { segmentFile, segmentNumber, segmentTag, type SegmentHeader } from './segment.ts';
import type { TrackInfo } from './track-info.ts';

/** A row's part index takes 16 bits; segments of 64 MiB fill 4 TiB before they run out. */
const MAX_PARTS = 65_536;

/** What an index promises of the rows it gave: the CRC-32 over their payloads, back to back in table order. */
export interface PayloadCheck {
  readonly part: number;
  readonly firstRow: number;
  readonly endRow: number;
  readonly crc32: number;
}

/** One track as the log holds it. */
export interface CollectedTrack {
  /** Its newest description. */
  info: TrackInfo;
  /** True when no description was found, only packets: name and pre-skip in `info` are then assumed. */
  assumed: boolean;
  readonly packets: PacketTableBuilder;
  /** One per segment read by its index; rows outside were checked when their records were. */
  readonly checks: PayloadCheck[];
}

/** One segment as it was read. */
export interface CollectedSegment {
  readonly file: string;
  /** Undefined when it could not be read. */
  readonly header: SegmentHeader | undefined;
  /** Whether it was finished in order, with an index. */
  sealed: boolean;
}

/** What a scanner or index reader needs to know to read on in a segment it has begun. */
export interface BegunSegment {
  readonly segment: CollectedSegment;
  readonly part: number;
  /** Undefined when neither header nor session tell it. */
  readonly tag: number | undefined;
}

/** Whose packets are wanted, and the session they must belong to. Both undefined: all of the first session met. */
export interface CollectorOptions {
  readonly onlyTrack?: number | undefined;
  readonly sessionId?: string | undefined;
  /** Packets of each wanted track, roughly: room is made for them at once. */
  readonly expectedPackets?: number | undefined;
}

/** Everything a session's segments hold, gathered in the order of their numbers. */
export class LogCollector {
  /** Keyed by track id, in order of appearance. */
  readonly tracks = new Map<number, CollectedTrack>();
  readonly parts: LogPart[] = [];
  readonly segments: CollectedSegment[] = [];
  readonly anchors: ClockAnchor[] = [];
  readonly markers: LogMarker[] = [];
  readonly events: TrackEvent[] = [];
  readonly findings = new FindingList();
  /** Exact end of the session, once an end record was met. */
  endSamples: number | undefined;
  /** Records of types this version does not know. */
  unknownRecords = 0;
  readonly #onlyTrack: number | undefined;
  readonly #expectedPackets: number | undefined;
  #sessionId: string | undefined;
  #lastNumber = 0;

  constructor(options: CollectorOptions = {}) {
    this.#onlyTrack = options.onlyTrack;
    this.#sessionId = options.sessionId;
    this.#expectedPackets = options.expectedPackets;
  }

  /** The session all segments belong to. */
  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  /** Whether this track's packets are asked for. */
  wants(track: number): boolean {
    return this.#onlyTrack === undefined || this.#onlyTrack === track;
  }

  /**
   * Starts a segment; call in ascending order of numbers. Returns undefined for a segment that does not
   * belong here: another session's, or one whose number was met already. The caller reports that and reads no more of it.
   */
  begin(file: string, header: SegmentHeader | undefined): BegunSegment | undefined {
    const number = header?.number ?? segmentNumber(file);
    if (header !== undefined) {
      if (header.sessionId !== (this.#sessionId ?? header.sessionId)) return undefined;
      if (header.number <= this.#lastNumber) return undefined;
      this.#sessionId = header.sessionId;
    }
    if (number !== undefined) this.#noteMissing(number);
    for (const info of header?.tracks ?? []) this.#describe(info);
    const segment = { file, header, sealed: false };
    this.segments.push(segment);
    const sessionId = this.#sessionId;
    const tag = sessionId === undefined || number === undefined ? undefined : segmentTag(sessionId, number);
    return { segment, part: this.addPart(file, 0), tag };
  }

  /**
   * Adds a stretch of a file that packet offsets can count from and returns its index.
   * @throws AppError('unsupported') when a session has more parts than a row can name.
   */
  addPart(file: string, baseByte: number): number {
    if (this.parts.length === MAX_PARTS) {
      throw new AppError('unsupported', `A session of more than ${MAX_PARTS} log segments cannot be read.`);
    }
    this.parts.push({ file, baseByte });
    return this.parts.length - 1;
  }

  /** The track with this id; one nobody has described yet is given the description that it takes until then. */
  track(id: number, assumedChannels: 1 | 2): CollectedTrack {
    const known = this.tracks.get(id);
    if (known !== undefined) return known;
    const info = {
      id,
      name: `Track ${id}`,
      channels: assumedChannels,
      preSkipSamples: 312,
      inputRate: 48_000,
    };
    return this.#insert(info, true);
  }

  /** Adds a decoded record. */
  add(entry: LogEntry): void {
    switch (entry.type) {
      case 'track':
        this.#describe(entry.info);
        return;
      case 'anchor':
        this.anchors.push(entry.anchor);
        return;
      case 'marker':
        this.markers.push(entry.marker);
        return;
      case 'event':
        this.events.push(entry.event);
        return;
      case 'end':
        this.endSamples = Math.max(this.endSamples ?? 0, entry.positionSamples);
        return;
    }
  }

  #describe(info: TrackInfo): void {
    const known = this.tracks.get(info.id);
    if (known === undefined) {
      this.#insert(info, false);
      return;
    }
    known.info = info;
    known.assumed = false;
  }

  #insert(info: TrackInfo, assumed: boolean): CollectedTrack {
    const packets = new PacketTableBuilder('exact', this.wants(info.id) ? this.#expectedPackets : 0);
    const track: CollectedTrack = { info, assumed, packets, checks: [] };
    this.tracks.set(info.id, track);
    return track;
  }

  /** Numbers have no holes, so a jump means that a whole file is gone. */
  #noteMissing(number: number): void {
    const first = this.#lastNumber + 1;
    if (number > first) {
      const reason =
        number === first + 1
          ? `Segment ${first} is missing.`
          : `Segments ${first} to ${number - 1} are missing.`;
      this.findings.add({ kind: 'hole', file: segmentFile(first), startByte: 0, endByte: 0, reason });
    }
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }
}
