import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { box } from './box.ts';
import { meta, type MetadataItem } from './boxes-metadata.ts';
import { mvhd } from './boxes-movie.ts';
import { stsdOpus, type OpusConfig } from './boxes-opus.ts';
import { co64, sbgp, sgpdFill, sgpdRoll, stco, stsc, stsz, stszUniform, stts } from './boxes-samples.ts';
import { stsdTmcd, type TimecodeRate } from './boxes-timecode.ts';
import { dinf, elst, hdlr, mdhd, name, nmhd, smhd, tkhd, trefTmcd } from './boxes-track.ts';
import type { TrackChunks } from './chunk-plan.ts';
import { preRollPackets } from './pre-roll.ts';
import { RunList } from './run-list.ts';
import type { SampleTable } from './sample-table.ts';
import type { TimecodePlan } from './timecode-plan.ts';

/** One audio track as the movie box describes it. */
export interface MovieTrack extends OpusConfig {
  readonly name: string;
  readonly language: string;
  /** Media time at which playback starts: pre-skip, and what the alignment trims. */
  readonly editStartSamples: number;
  readonly editDurationSamples: number;
  /** Taken from the last packet's duration. */
  readonly lastTrimSamples: number;
  /** Metadata of this track alone. */
  readonly metadata: readonly MetadataItem[];
  readonly table: SampleTable;
  readonly chunks: TrackChunks;
}

export interface Movie {
  readonly creationMacSeconds: number;
  readonly tracks: readonly MovieTrack[];
  readonly timecode: TimecodeRate;
  readonly timecodePlan: TimecodePlan;
  readonly metadata: readonly MetadataItem[];
  /** Whether chunk offsets need 64 bits. */
  readonly wide: boolean;
}

/** What can be filled in only when the size of the movie box is known, as offsets in the writer. */
export interface MovieBlanks {
  readonly tracks: readonly TrackBlanks[];
  /** The one chunk offset of the timecode track. */
  readonly timecodeOffsetTable: number;
  /** The 64 digits of the digest in the movie's metadata. */
  readonly digestOffset: number | undefined;
}

export interface TrackBlanks {
  /** First chunk offset. */
  readonly offsetTable: number;
  /** The 64 digits of the digest in the track's metadata. */
  readonly digestOffset: number | undefined;
}

/** Everything but the payload (ISO/IEC 14496-12 section 8.2.1): audio tracks 1 to n, the timecode track, metadata. */
export function moov(writer: ByteWriter, movie: Movie): MovieBlanks {
  const timecodeTrackId = movie.tracks.length + 1;
  const durationSamples = movieSamples(movie.tracks);
  return box(writer, 'moov', () => {
    mvhd(writer, {
      creationMacSeconds: movie.creationMacSeconds,
      timescale: SAMPLE_RATE,
      duration: durationSamples,
      nextTrackId: timecodeTrackId + 1,
    });
    const tracks = movie.tracks.map((track, index) =>
      audioTrak(writer, movie, track, { trackId: index + 1, timecodeTrackId }),
    );
    const timecodeOffsetTable = timecodeTrak(writer, movie, timecodeTrackId, durationSamples);
    const digestOffset = box(writer, 'udta', () => meta(writer, movie.metadata));
    return { tracks, timecodeOffsetTable, digestOffset };
  });
}

/** How long the movie plays: as long as its longest track. */
export function movieSamples(tracks: readonly MovieTrack[]): number {
  return tracks.reduce((most, track) => Math.max(most, track.editDurationSamples), 0);
}

/** One player's Opus track. */
function audioTrak(
  writer: ByteWriter,
  movie: Movie,
  track: MovieTrack,
  ids: { readonly trackId: number; readonly timecodeTrackId: number },
): TrackBlanks {
  const { creationMacSeconds } = movie;
  return box(writer, 'trak', () => {
    tkhd(writer, {
      creationMacSeconds,
      trackId: ids.trackId,
      movieDuration: track.editDurationSamples,
      audible: true,
    });
    box(writer, 'edts', () => {
      elst(writer, track.editDurationSamples, track.editStartSamples);
    });
    trefTmcd(writer, ids.timecodeTrackId);
    const offsetTable = box(writer, 'mdia', () => {
      mdhd(writer, {
        creationMacSeconds,
        timescale: SAMPLE_RATE,
        duration: track.table.durationSamples - track.lastTrimSamples,
        language: track.language,
      });
      hdlr(writer, 'soun', track.name);
      return box(writer, 'minf', () => {
        smhd(writer);
        dinf(writer);
        return box(writer, 'stbl', () => opusSamples(writer, track, movie.wide));
      });
    });
    const digestOffset = box(writer, 'udta', () => {
      name(writer, track.name);
      return meta(writer, track.metadata);
    });
    return { offsetTable, digestOffset };
  });
}

/** The sample tables of an Opus track. There is no stss: every packet may be decoded from, given its pre-roll. */
function opusSamples(writer: ByteWriter, track: MovieTrack, wide: boolean): number {
  const { table, chunks } = track;
  stsdOpus(writer, track);
  stts(writer, table.durations, track.lastTrimSamples);
  stsc(writer, chunks.runs);
  stsz(writer, table.segments);
  const chunkCount = chunks.sampleCounts.length;
  const offsetTable = wide ? co64(writer, chunkCount) : stco(writer, chunkCount);
  const all = new RunList();
  all.add(table.count, 1);
  sgpdRoll(writer, preRollPackets(table.durations));
  sbgp(writer, 'roll', all);
  if (table.hasFiller) {
    sgpdFill(writer);
    sbgp(writer, 'fill', table.fill);
  }
  return offsetTable;
}

/** The timecode track, played for exactly as long as the audio. Returns the offset of its chunk offset. */
function timecodeTrak(writer: ByteWriter, movie: Movie, trackId: number, durationSamples: number): number {
  const { creationMacSeconds, timecode, timecodePlan } = movie;
  return box(writer, 'trak', () => {
    tkhd(writer, { creationMacSeconds, trackId, movieDuration: durationSamples, audible: false });
    box(writer, 'edts', () => {
      elst(writer, durationSamples, 0);
    });
    return box(writer, 'mdia', () => {
      mdhd(writer, {
        creationMacSeconds,
        timescale: timecode.timescale,
        duration: timecodePlan.durationTicks,
        language: 'und',
      });
      hdlr(writer, 'tmcd', 'Timecode');
      return box(writer, 'minf', () => {
        nmhd(writer);
        dinf(writer);
        return box(writer, 'stbl', () => timecodeSamples(writer, movie));
      });
    });
  });
}

/** The sample tables of the timecode track: a single chunk. */
function timecodeSamples(writer: ByteWriter, { timecode, timecodePlan, wide }: Movie): number {
  const { startFrames, durations, payloadBytes } = timecodePlan;
  const chunks = new RunList();
  chunks.add(1, startFrames.length);
  stsdTmcd(writer, timecode);
  stts(writer, durations, 0);
  stsc(writer, chunks);
  stszUniform(writer, payloadBytes / startFrames.length, startFrames.length);
  return wide ? co64(writer, 1) : stco(writer, 1);
}
