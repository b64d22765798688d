import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteSource } from '../byte-source.ts';
import { PCM_CODES } from './boxes-pcm.ts';
import { itemValue } from './read-metadata.ts';
import type { Track } from './read-track.ts';
import type { Movie } from './reader.ts';
import { checkChapters } from './verify-chapters.ts';
import { checkChunks } from './verify-structure.ts';
import { checkTimecode, checkTimecodeItems, TAILSLATE } from './verify-timecode.ts';

/** The tracks of samples in a QuickTime movie, and their common form where they have one. */
export interface MovAudio {
  readonly tracks: readonly Track[];
  readonly format: PcmFormat | undefined;
  /** Samples of each track. */
  readonly frames: number;
}

export function movAudio(movie: Movie): MovAudio {
  const tracks = movie.tracks.filter(({ handler }) => handler === 'soun');
  const [first] = tracks;
  const format = (Object.keys(PCM_CODES) as PcmFormat[]).find((each) => PCM_CODES[each] === first?.codec);
  return { tracks, format, frames: first?.samples.count ?? 0 };
}

/** What a QuickTime movie of samples must have by itself: tables, timecode, chapters, and what it says of itself. */
export async function checkMov(source: ByteSource, movie: Movie): Promise<readonly VerifyCheck[]> {
  const audio = movAudio(movie);
  const { tracks, frames } = audio;
  const timecodeIds = movie.tracks.filter(({ timecode }) => timecode !== undefined).map(({ id }) => id);
  const refers = tracks.every(({ references }) =>
    references.some(
      ({ type, trackIds }) => type === 'tmcd' && trackIds.some((id) => timecodeIds.includes(id)),
    ),
  );
  const odd = tracks.find(({ codec, timescale, samples, edits: [edit, second] }) => {
    const plays = edit?.mediaTimeTicks === 0 && edit.durationTicks === frames && second === undefined;
    const isRight = timescale === SAMPLE_RATE && samples.durationTicks() === frames;
    return codec !== tracks[0]?.codec || samples.count !== frames || !isRight || !plays;
  });
  const isTimed = movie.timescale === SAMPLE_RATE;
  const tailslate = movie.metadata.some(({ mean }) => mean === TAILSLATE);
  const stated = itemValue(movie.metadata, TAILSLATE, 'DURATION_SAMPLES');
  return [
    {
      name: 'readable',
      ok: movie.findings.length === 0,
      detail: movie.findings[0]?.reason ?? 'no box or table is damaged',
    },
    checkChunks(movie),
    {
      name: 'audio-format',
      ok: audio.format !== undefined && odd === undefined && isTimed,
      detail:
        odd === undefined
          ? `${tracks.length} tracks of ${frames} samples, ${audio.format ?? 'of another kind'}, at ${movie.timescale} Hz`
          : `track ${odd.id} is not as the first, or is not played whole at ${SAMPLE_RATE} Hz`,
    },
    {
      name: 'timecode-track',
      ok: timecodeIds.length > 0 && refers,
      detail: refers ? 'every track refers to the timecode' : 'a track does not refer to the timecode',
    },
    checkTimecode(movie),
    ...(await checkChapters(source, movie, undefined)),
    { name: 'metadata', ok: tailslate, detail: tailslate ? 'Tailslate metadata' : 'no Tailslate metadata' },
    ...(tailslate ? [checkTimecodeItems(movie)] : []),
    ...(tailslate
      ? [
          {
            name: 'item-duration' as const,
            ok: stated === String(frames),
            detail: `${frames} samples, DURATION_SAMPLES says ${stated ?? 'nothing'}`,
          },
        ]
      : []),
  ];
}
