import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { box } from './box.ts';
import { chpl, stsdText, textHead } from './boxes-chapters.ts';
import { meta, type MetadataItem } from './boxes-metadata.ts';
import { mvex } from './boxes-fragments.ts';
import { mvhd } from './boxes-movie.ts';
import { aliasDinf, componentHdlr, gmhd, tcmi } from './boxes-quicktime.ts';
import { chunkOffsets, emptyTables, stsc, stsz, stszUniform, stts } from './boxes-samples.ts';
import { stsdTmcd, type TimecodeRate } from './boxes-timecode.ts';
import { dinf, elst, hdlr, mdhd, name, nmhd, smhd, tkhd, tref } from './boxes-track.ts';
import type { ChapterPlan } from './chapter-plan.ts';
import type { TrackChunks } from './chunk-plan.ts';
import { RunList } from './run-list.ts';
import type { TimecodePlan } from './timecode-plan.ts';

/** One audio track as the movie box describes it. */
export interface MovieTrack {
  readonly name: string;
  readonly language: string;
  /** Media time at which playback starts: pre-skip, and what the alignment trims. */
  readonly editStartSamples: number;
  readonly editDurationSamples: number;
  readonly mediaSamples: number;
  /** Metadata of this track alone. */
  readonly metadata: readonly MetadataItem[];
  readonly chunks: TrackChunks;
  /** Writes what is in `stbl`; returns the offset of the first chunk offset. */
  readonly writeTables: (writer: ByteWriter, wide: boolean) => number;
}

export interface Movie {
  /** Samples follow in fragments: the tables are empty, and durations are those of what is in them, none. */
  readonly fragmented: boolean;
  /** QuickTime's own forms of handlers, media heads and data references instead of those of ISO/IEC 14496-12. */
  readonly quickTime: boolean;
  readonly creationMacSeconds: number;
  readonly tracks: readonly MovieTrack[];
  readonly timecode: TimecodeRate;
  readonly timecodePlan: TimecodePlan;
  readonly chapterPlan: ChapterPlan | undefined;
  readonly metadata: readonly MetadataItem[];
  /** Whether chunk offsets need 64 bits. */
  readonly wide: boolean;
}

/** What can be filled in only when the size of the movie box is known, as offsets in the writer. */
export interface MovieBlanks {
  readonly tracks: readonly TrackBlanks[];
  /** The one chunk offset of the timecode track. */
  readonly timecodeOffsetTable: number;
  /** The one chunk offset of the chapter track. */
  readonly chapterOffsetTable: number | undefined;
  /** The 64 digits of the digest in the movie's metadata. */
  readonly digestOffset: number | undefined;
}

export interface TrackBlanks {
  /** First chunk offset. */
  readonly offsetTable: number;
  /** The 64 digits of the digest in the track's metadata. */
  readonly digestOffset: number | undefined;
}

/**
 * Everything but the payload (ISO/IEC 14496-12 section 8.2.1): audio tracks 1 to n, the timecode track, that of the
 * chapters where there are any, metadata.
 */
export function moov(writer: ByteWriter, movie: Movie): MovieBlanks {
  const { chapterPlan } = movie;
  const timecodeTrackId = movie.tracks.length + 1;
  const chapterTrackId = chapterPlan === undefined ? undefined : timecodeTrackId + 1;
  const durationSamples = movieSamples(movie.tracks);
  return box(writer, 'moov', () => {
    mvhd(writer, {
      creationMacSeconds: movie.creationMacSeconds,
      timescale: SAMPLE_RATE,
      duration: heldIn(movie, durationSamples),
      nextTrackId: (chapterTrackId ?? timecodeTrackId) + 1,
    });
    const tracks = movie.tracks.map((track, index) =>
      audioTrak(writer, movie, track, { trackId: index + 1, timecodeTrackId, chapterTrackId }),
    );
    const timecodeOffsetTable = timecodeTrak(writer, movie, timecodeTrackId, durationSamples);
    const chapterOffsetTable =
      chapterPlan === undefined || chapterTrackId === undefined
        ? undefined
        : chapterTrak(writer, movie, chapterPlan, chapterTrackId, durationSamples);
    if (movie.fragmented) {
      const trackCount = chapterTrackId ?? timecodeTrackId;
      mvex(
        writer,
        durationSamples,
        Array.from({ length: trackCount }, (_, index) => index + 1),
      );
    }
    const digestOffset = box(writer, 'udta', () => {
      const offset = meta(writer, movie.metadata);
      if (chapterPlan !== undefined) chpl(writer, chapterPlan.chapters);
      return offset;
    });
    return { tracks, timecodeOffsetTable, chapterOffsetTable, digestOffset };
  });
}

/** How long the movie plays: as long as its longest track. */
export function movieSamples(tracks: readonly MovieTrack[]): number {
  return tracks.reduce((most, track) => Math.max(most, track.editDurationSamples), 0);
}

/** A duration as the movie box states it: of the samples that it describes itself (ISO/IEC 14496-12 section 8.8.2). */
function heldIn({ fragmented }: Movie, duration: number): number {
  return fragmented ? 0 : duration;
}

/** One player's track. */
function audioTrak(
  writer: ByteWriter,
  movie: Movie,
  track: MovieTrack,
  ids: {
    readonly trackId: number;
    readonly timecodeTrackId: number;
    readonly chapterTrackId: number | undefined;
  },
): TrackBlanks {
  const { creationMacSeconds } = movie;
  return box(writer, 'trak', () => {
    tkhd(writer, {
      creationMacSeconds,
      trackId: ids.trackId,
      movieDuration: heldIn(movie, track.editDurationSamples),
      audible: true,
      enabled: true,
    });
    box(writer, 'edts', () => {
      // In a file of fragments 0 stands for all that follows, as much of it as there is (section 8.6.6.3).
      elst(writer, heldIn(movie, track.editDurationSamples), track.editStartSamples);
    });
    tref(writer, ids.timecodeTrackId, ids.chapterTrackId);
    const offsetTable = mdia(writer, movie, {
      timescale: SAMPLE_RATE,
      duration: heldIn(movie, track.mediaSamples),
      language: track.language,
      handler: 'soun',
      // QuickTime's readers would show the player twice: its handlers are called by what they are.
      name: movie.quickTime ? 'SoundHandler' : track.name,
      writeHead: () => {
        smhd(writer);
      },
      writeTables: () => track.writeTables(writer, movie.wide),
    });
    const digestOffset = box(writer, 'udta', () => {
      name(writer, track.name);
      return meta(writer, track.metadata);
    });
    return { offsetTable, digestOffset };
  });
}

/** The timecode track, played for exactly as long as the audio. Returns the offset of its chunk offset. */
function timecodeTrak(writer: ByteWriter, movie: Movie, trackId: number, durationSamples: number): number {
  const { timecode, timecodePlan, quickTime, wide } = movie;
  return silentTrak(
    writer,
    movie,
    { trackId, enabled: true, durationSamples },
    {
      timescale: timecode.timescale,
      duration: heldIn(movie, timecodePlan.durationTicks),
      language: 'und',
      handler: 'tmcd',
      name: 'Timecode',
      writeHead: () => {
        if (!quickTime) nmhd(writer);
        else {
          gmhd(writer, () => {
            tcmi(writer);
          });
        }
      },
      writeTables: () => {
        const { startFrames, durations, payloadBytes } = timecodePlan;
        stsdTmcd(writer, timecode);
        if (movie.fragmented) return emptyTables(writer);
        stts(writer, durations, 0);
        stsc(writer, oneChunk(startFrames.length));
        stszUniform(writer, payloadBytes / startFrames.length, startFrames.length);
        return chunkOffsets(writer, 1, wide);
      },
    },
  );
}

/** The chapter track, which is not played but referred to. Returns the offset of its chunk offset. */
function chapterTrak(
  writer: ByteWriter,
  movie: Movie,
  plan: ChapterPlan,
  trackId: number,
  durationSamples: number,
): number {
  return silentTrak(
    writer,
    movie,
    { trackId, enabled: false, durationSamples },
    {
      timescale: plan.timescale,
      duration: heldIn(movie, plan.durationTicks),
      language: 'und',
      handler: 'text',
      name: 'Chapters',
      writeHead: () => {
        gmhd(writer, () => {
          textHead(writer);
        });
      },
      writeTables: () => {
        stsdText(writer);
        if (movie.fragmented) return emptyTables(writer);
        stts(writer, plan.durations, 0);
        stsc(writer, oneChunk(plan.chapters.length));
        stsz(writer, [plan.sizes]);
        return chunkOffsets(writer, 1, movie.wide);
      },
    },
  );
}

/** A track without sound that lasts as long as the movie. Returns what `writeTables` does. */
function silentTrak(
  writer: ByteWriter,
  movie: Movie,
  track: { readonly trackId: number; readonly enabled: boolean; readonly durationSamples: number },
  media: Media,
): number {
  const { trackId, enabled, durationSamples } = track;
  return box(writer, 'trak', () => {
    tkhd(writer, {
      creationMacSeconds: movie.creationMacSeconds,
      trackId,
      movieDuration: heldIn(movie, durationSamples),
      audible: false,
      enabled,
    });
    box(writer, 'edts', () => {
      elst(writer, durationSamples, 0);
    });
    return mdia(writer, movie, media);
  });
}

/** What a track is made of, and how its boxes are written. */
interface Media {
  readonly timescale: number;
  readonly duration: number;
  readonly language: string;
  readonly handler: string;
  readonly name: string;
  readonly writeHead: () => void;
  readonly writeTables: () => number;
}

/** A track's media: what it is, and where its samples lie. Returns what `writeTables` does. */
function mdia(writer: ByteWriter, { creationMacSeconds, quickTime }: Movie, media: Media): number {
  const { timescale, duration, language, handler } = media;
  return box(writer, 'mdia', () => {
    mdhd(writer, { creationMacSeconds, timescale, duration, language });
    if (quickTime) componentHdlr(writer, 'mhlr', handler, media.name);
    else hdlr(writer, handler, media.name);
    return box(writer, 'minf', () => {
      media.writeHead();
      if (quickTime) {
        componentHdlr(writer, 'dhlr', 'alis', 'DataHandler');
        aliasDinf(writer);
      } else dinf(writer);
      return box(writer, 'stbl', media.writeTables);
    });
  });
}

function oneChunk(samples: number): RunList {
  const chunks = new RunList();
  chunks.add(1, samples);
  return chunks;
}
