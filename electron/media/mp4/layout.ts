import { MAX_U32, ByteWriter } from '../bytes/writer.ts';
import type { Chapter } from './boxes-chapters.ts';
import type { MetadataItem } from './boxes-metadata.ts';
import { ftyp, macSeconds, mdatHeader } from './boxes-movie.ts';
import { chapterPayload, planChapters } from './chapter-plan.ts';
import { interleave, type ChunkOrder } from './chunk-plan.ts';
import { moov, movieSamples, type Movie, type MovieTrack } from './movie.ts';
import { planTimecode, type TimecodeSpec } from './timecode-plan.ts';

/** `qt  ` in the form of 2005, binary-coded (QuickTime File Format, file type compatibility). */
const QUICKTIME_VERSION = 0x2005_0300;

/** What belongs to the file and not to one of its tracks. */
export interface FileSpec {
  /** The session's start: the files carry it as their creation time, so that they do not depend on the clock. */
  readonly creationUnixSeconds: number;
  readonly timecode: TimecodeSpec;
  /** In order, no two at one place, the first at 0. None when left out. */
  readonly chapters?: readonly Chapter[];
  /** Written in this order. */
  readonly metadata: readonly MetadataItem[];
}

/** What to write: `head`, then the payload of the chunks in their order, then the digest over its zeros. */
export interface FileLayout {
  /** ftyp, moov, the head of mdat and what it starts with, the timecode samples and those of the chapters. */
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
 * Lays out a file whose `moov` comes first.
 * @param roomBytes memory that the head will need, nearly: growing by copying would cost as much again.
 * @throws RangeError when a value does not fit its field.
 */
export function layOut(
  spec: FileSpec,
  tracks: readonly MovieTrack[],
  options: { readonly kind: 'm4a' | 'mov'; readonly roomBytes: number },
): FileLayout {
  return attempt(spec, tracks, interleave(tracks.map((track) => track.chunks)), options, false);
}

/** `wide` gives chunk offsets 64 bits. */
function attempt(
  spec: FileSpec,
  tracks: readonly MovieTrack[],
  chunks: ChunkOrder,
  options: Parameters<typeof layOut>[2],
  wide: boolean,
): FileLayout {
  const payloadBytes = tracks.reduce((sum, track) => sum + track.chunks.payloadBytes, 0);
  const durationSamples = movieSamples(tracks);
  const timecodePlan = planTimecode(spec.timecode, durationSamples);
  const chapterPlan = planChapters(spec.chapters ?? [], durationSamples);
  const writer = new ByteWriter(options.roomBytes);
  const quickTime = options.kind === 'mov';
  if (quickTime) ftyp(writer, 'qt  ', ['qt  '], QUICKTIME_VERSION);
  else ftyp(writer, 'M4A ', ['M4A ', 'mp42', 'isom', 'iso2', 'Opus']);
  const movie: Movie = {
    fragmented: false,
    quickTime,
    creationMacSeconds: macSeconds(spec.creationUnixSeconds),
    tracks,
    timecode: spec.timecode,
    timecodePlan,
    chapterPlan,
    metadata: spec.metadata,
    wide,
  };
  const blanks = moov(writer, movie);
  mdatHeader(writer, timecodePlan.payloadBytes + (chapterPlan?.payloadBytes ?? 0) + payloadBytes);
  const timecodeOffset = writer.length;
  for (const startFrame of timecodePlan.startFrames) writer.u32(startFrame);
  const chapterOffset = writer.length;
  if (chapterPlan !== undefined) chapterPayload(writer, chapterPlan);
  const totalBytes = writer.length + payloadBytes;
  // Only now is the size known; a file beyond 4 GiB is laid out a second time.
  if (!wide && totalBytes > MAX_U32) return attempt(spec, tracks, chunks, options, true);

  const entryBytes = wide ? 8 : 4;
  const putOffset = (at: number, offsetBytes: number): void => {
    if (wide) writer.u64At(at, offsetBytes);
    else writer.u32At(at, offsetBytes);
  };
  putOffset(blanks.timecodeOffsetTable, timecodeOffset);
  if (blanks.chapterOffsetTable !== undefined) putOffset(blanks.chapterOffsetTable, chapterOffset);
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
