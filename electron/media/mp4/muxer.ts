import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { MetadataItem } from './boxes-metadata.ts';
import type { OpusConfig } from './boxes-opus.ts';
import { planChunks } from './chunk-plan.ts';
import { FRAGMENT_SAMPLES, FragmentLayout, type FragmentedTrack } from './fragment-layout.ts';
import { type FileLayout, type FileSpec, layOut } from './layout.ts';
import type { MovieTrack } from './movie.ts';
import { fragmentedOpusTables, opusTables } from './opus-tables.ts';
import { SampleTable } from './sample-table.ts';

/** Room for the boxes of one track beside its tables, and for everything that belongs to no track. */
const TRACK_ROOM_BYTES = 2048;
const METADATA_ROOM_BYTES = 8192;
/** The offset of a chunk in 64 bits, and a run of its own for how many packets it holds. */
const CHUNK_ROOM_BYTES = 8 + 12;

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

export interface MuxerSpec extends FileSpec {
  /** At least one. */
  readonly tracks: readonly AudioTrackSpec[];
}

/**
 * Lays out an `.m4a` (Opus in ISOBMFF, ISO/IEC 14496-12), progressive or in fragments: begin with a spec, add the
 * samples of each track in order, finish. It never sees payload, only sizes and durations, and puts `moov` first.
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
   * until the file is laid out: with fragments, until all of them are.
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
   * The layout of the progressive file.
   * @throws RangeError when a track's edit or trim does not fit its samples, or a value does not fit its field.
   */
  finish(): FileLayout {
    const tracks = this.#spec.tracks.map((spec, index) => movieTrack(spec, this.#table(index), index));
    return layOut(this.#spec, tracks, { kind: 'm4a', roomBytes: roomBytes(this.#tables) });
  }

  /**
   * The layout of the same samples in fragments.
   * @throws RangeError as `finish` does.
   */
  finishFragmented(): FragmentLayout {
    const tracks = this.#spec.tracks.map((spec, index) => fragmentedTrack(spec, this.#table(index), index));
    return new FragmentLayout(this.#spec, tracks);
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
function describedTrack(
  spec: AudioTrackSpec,
  table: SampleTable,
  index: number,
): Omit<MovieTrack, 'chunks' | 'writeTables'> {
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
  return {
    name: spec.name,
    language: spec.language ?? 'und',
    editStartSamples,
    editDurationSamples,
    mediaSamples,
    metadata: spec.metadata ?? [],
  };
}

function movieTrack(spec: AudioTrackSpec, table: SampleTable, index: number): MovieTrack {
  const track = describedTrack(spec, table, index);
  const { lastTrimSamples } = spec;
  const chunks = planChunks(table.segments, table.durationSamples);
  return {
    ...track,
    chunks,
    writeTables: (writer, wide) => opusTables(writer, spec, { table, chunks, lastTrimSamples }, wide),
  };
}

/**
 * An edit to the end of the media is all that a fragmented file can say; one that ends earlier would be played on.
 * PreSkip is all that the edit drops at the start, as in Ogg: ffmpeg applies no edit to fragments and drops PreSkip alone.
 */
function fragmentedTrack(spec: AudioTrackSpec, table: SampleTable, index: number): FragmentedTrack {
  const track = describedTrack(spec, table, index);
  const { editStartSamples, editDurationSamples, mediaSamples } = track;
  if (editStartSamples + editDurationSamples !== mediaSamples) {
    throw new RangeError(
      `track ${index}: expected an edit up to ${mediaSamples} samples, got ${editDurationSamples} from ${editStartSamples}`,
    );
  }
  return {
    ...track,
    segments: table.segments,
    lastTrimSamples: spec.lastTrimSamples,
    chunks: planChunks(table.segments, table.durationSamples, FRAGMENT_SAMPLES),
    writeTables: (writer) =>
      fragmentedOpusTables(writer, { ...spec, preSkipSamples: editStartSamples }, table),
  };
}

/** Memory that the head will need, nearly. */
function roomBytes(tables: readonly SampleTable[]): number {
  let room = METADATA_ROOM_BYTES;
  for (const { count, durations, durationSamples, fill } of tables) {
    room += TRACK_ROOM_BYTES + 4 * count + 8 * (durations.length + fill.length);
    room += CHUNK_ROOM_BYTES * Math.ceil(durationSamples / SAMPLE_RATE);
  }
  return room;
}
