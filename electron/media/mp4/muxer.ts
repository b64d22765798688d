import { MAX_U32, ByteWriter } from '../bytes/writer.ts';
import type { MetadataItem } from './boxes-metadata.ts';
import { ftyp, macSeconds, mdatHeader } from './boxes-movie.ts';
import type { OpusConfig } from './boxes-opus.ts';
import { interleave, planChunks, type ChunkOrder } from './chunk-plan.ts';
import { moov, movieSamples, type MovieTrack } from './movie.ts';
import { SampleTable } from './sample-table.ts';
import { planTimecode, type TimecodeSpec } from './timecode-plan.ts';

const COMPATIBLE_BRANDS = ['M4A ', 'mp42', 'isom', 'iso2', 'Opus'];
/** Room for the boxes of one track beside its tables, and for everything that belongs to no track. */
const TRACK_ROOM_BYTES = 2048;
const METADATA_ROOM_BYTES = 8192;

/** One audio track: a player. */
export interface AudioTrackSpec extends OpusConfig {
  /** The player's name, as editors show it. */
  readonly name: string;
  /** Media time at which playback starts: pre-skip, and what the alignment trims. */
  readonly editStartSamples: number;
  readonly editDurationSamples: number;
  /** Taken from the last packet's duration, so that the media ends exactly where the audio does. */
  readonly lastTrimSamples: number;
  /** ISO 639-2/T; unknown when left out. */
  readonly language?: string;
  /** Metadata of this track alone, for a file of several; none when left out. */
  readonly metadata?: readonly MetadataItem[];
}

export interface MuxerSpec {
  /** The session's start: the files carry it as their creation time, so that they do not depend on the clock. */
  readonly creationUnixSeconds: number;
  /** At least one. */
  readonly tracks: readonly AudioTrackSpec[];
  readonly timecode: TimecodeSpec;
  /** Written in this order. */
  readonly metadata: readonly MetadataItem[];
}

/** What to write: `head`, then the payload of the chunks in their order, then the digest over its zeros. */
export interface FileLayout {
  /** ftyp, moov, the head of mdat and what it starts with, the timecode samples. */
  readonly head: Uint8Array;
  /** Size of the whole file. */
  readonly totalBytes: number;
  readonly chunks: ChunkOrder;
  /** Where the 64 digits of the `digest` item go; undefined where the spec's metadata has none. */
  readonly digestOffset: number | undefined;
  /** The same for the metadata of each track. */
  readonly trackDigestOffsets: readonly (number | undefined)[];
}

/**
 * Lays out a progressive `.m4a` (Opus in ISOBMFF, ISO/IEC 14496-12): begin with a spec, add the samples of each
 * track in order, finish. It never sees payload, only sizes and durations, and puts `moov` first.
 * The same spec and samples give the same bytes. FORMAT.md describes the file.
 */
export class Muxer {
  readonly #spec: MuxerSpec;
  readonly #tables: readonly SampleTable[];

  constructor(spec: MuxerSpec) {
    if (spec.tracks.length === 0) throw new RangeError('expected at least 1 track, got 0');
    this.#spec = spec;
    this.#tables = spec.tracks.map(() => new SampleTable());
  }

  /**
   * Adds recorded packets: rows `first` to `first + count` of the columns (see PacketTable), which must not change
   * until `finish`.
   * @param track index in the spec.
   * @throws RangeError for an unknown track, rows outside the columns, or a duration no packet has.
   */
  addSamples(
    track: number,
    sizesBytes: Uint16Array,
    durationUnits: Uint8Array,
    first: number,
    count: number,
  ): void {
    this.#table(track).addLogged(sizesBytes, durationUnits, first, count);
  }

  /**
   * Adds `count` packets of silence that was not recorded.
   * @param track index in the spec.
   * @param units duration of each in units of 120 samples.
   * @throws RangeError for an unknown track, or a size or duration no packet has.
   */
  addFiller(track: number, sizeBytes: number, units: number, count: number): void {
    this.#table(track).addFiller(sizeBytes, units, count);
  }

  /**
   * The layout of the file.
   * @throws RangeError when a track's edit or trim does not fit its samples, or a value does not fit its field.
   */
  finish(): FileLayout {
    const tracks = this.#spec.tracks.map((spec, index) => movieTrack(spec, this.#table(index), index));
    return layOut(this.#spec, tracks, interleave(tracks.map((track) => track.chunks)), false);
  }

  #table(track: number): SampleTable {
    const table = this.#tables[track];
    if (table === undefined) {
      throw new RangeError(`expected a track from 0 to ${this.#tables.length - 1}, got ${track}`);
    }
    return table;
  }
}

/** Joins what the caller said of a track with its samples, and checks that they agree. */
function movieTrack(spec: AudioTrackSpec, table: SampleTable, index: number): MovieTrack {
  const { editStartSamples, editDurationSamples, lastTrimSamples } = spec;
  if (lastTrimSamples < 0 || lastTrimSamples >= table.lastDurationSamples) {
    throw new RangeError(
      `track ${index}: expected a trim below the last packet's ${table.lastDurationSamples} samples, got ${lastTrimSamples}`,
    );
  }
  const mediaSamples = table.durationSamples - lastTrimSamples;
  if (
    editStartSamples < 0 ||
    editDurationSamples <= 0 ||
    editStartSamples + editDurationSamples > mediaSamples
  ) {
    throw new RangeError(
      `track ${index}: expected an edit within 0 to ${mediaSamples} samples, got ${editDurationSamples} from ${editStartSamples}`,
    );
  }
  const chunks = planChunks(table.segments, table.durationSamples);
  return { ...spec, language: spec.language ?? 'und', metadata: spec.metadata ?? [], table, chunks };
}

/** Lays out the file; `wide` gives chunk offsets 64 bits. */
function layOut(
  spec: MuxerSpec,
  tracks: readonly MovieTrack[],
  chunks: ChunkOrder,
  wide: boolean,
): FileLayout {
  const payloadBytes = tracks.reduce((sum, track) => sum + track.chunks.payloadBytes, 0);
  const timecodePlan = planTimecode(spec.timecode, movieSamples(tracks));
  const writer = new ByteWriter(roomBytes(tracks));
  ftyp(writer, 'M4A ', COMPATIBLE_BRANDS);
  const blanks = moov(writer, {
    creationMacSeconds: macSeconds(spec.creationUnixSeconds),
    tracks,
    timecode: spec.timecode,
    timecodePlan,
    metadata: spec.metadata,
    wide,
  });
  mdatHeader(writer, timecodePlan.payloadBytes + payloadBytes);
  const timecodeOffset = writer.length;
  for (const startFrame of timecodePlan.startFrames) writer.u32(startFrame);
  const totalBytes = writer.length + payloadBytes;
  // Only now is the size known; a file beyond 4 GiB is laid out a second time.
  if (!wide && totalBytes > MAX_U32) return layOut(spec, tracks, chunks, true);

  const entryBytes = wide ? 8 : 4;
  const putOffset = (at: number, offsetBytes: number): void => {
    if (wide) writer.u64At(at, offsetBytes);
    else writer.u32At(at, offsetBytes);
  };
  putOffset(blanks.timecodeOffsetTable, timecodeOffset);
  const next = blanks.tracks.map((track) => track.offsetTable);
  let offsetBytes = writer.length;
  for (let chunk = 0; chunk < chunks.count; chunk++) {
    const track = chunks.tracks[chunk] ?? 0;
    const at = next[track] ?? 0;
    putOffset(at, offsetBytes);
    next[track] = at + entryBytes;
    offsetBytes += chunks.sizesBytes[chunk] ?? 0;
  }
  return {
    head: writer.finish(),
    totalBytes,
    chunks,
    digestOffset: blanks.digestOffset,
    trackDigestOffsets: blanks.tracks.map((track) => track.digestOffset),
  };
}

/** Memory that the head will need, nearly: growing by copying would cost as much again. */
function roomBytes(tracks: readonly MovieTrack[]): number {
  let room = METADATA_ROOM_BYTES;
  for (const { table, chunks } of tracks) {
    room += TRACK_ROOM_BYTES + 4 * table.count + 8 * (table.durations.length + table.fill.length);
    room += 8 * chunks.sampleCounts.length + 12 * chunks.runs.length;
  }
  return room;
}
