import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import type { Track } from './read-track.ts';
import type { Movie } from './reader.ts';

/** The boxes of a Tailslate file: its brands, `moov` first, Opus tracks, and the timecode they refer to. */
export function checkStructure(movie: Movie): readonly VerifyCheck[] {
  const brands = movie.brands === undefined ? [] : [movie.brands.major, ...movie.brands.compatible];
  const opus = movie.tracks.filter((track) => track.opus !== undefined);
  const firstMdat = movie.mdats[0];
  const moovFirst = firstMdat === undefined || movie.moov.startByte < firstMdat.startByte;
  const timecodeIds = movie.tracks.filter((track) => track.timecode !== undefined).map(({ id }) => id);
  const withoutTimecode = opus.filter((track) => !refersTo(track, timecodeIds)).map(({ id }) => id);
  return [
    {
      name: 'readable',
      ok: movie.findings.length === 0,
      detail: movie.findings[0]?.reason ?? 'no box or table is damaged',
    },
    {
      name: 'brands',
      ok: brands.includes('M4A ') && brands.includes('Opus'),
      detail: brands.length === 0 ? 'no ftyp box' : brands.map((brand) => brand.trim()).join(', '),
    },
    {
      name: 'moov-first',
      ok: moovFirst,
      detail: moovFirst ? 'the index comes before the media' : 'the index comes after the media',
    },
    { name: 'opus-track', ok: opus.length > 0, detail: `${opus.length} Opus tracks` },
    {
      name: 'timecode-track',
      ok: timecodeIds.length > 0 && withoutTimecode.length === 0,
      detail:
        timecodeIds.length === 0
          ? 'no timecode track'
          : withoutTimecode.length === 0
            ? `every Opus track refers to timecode track ${timecodeIds.join(', ')}`
            : `tracks without a reference to the timecode: ${withoutTimecode.join(', ')}`,
    },
    checkChunks(movie),
  ];
}

function refersTo(track: Track, ids: readonly number[]): boolean {
  return track.references.some(
    ({ type, trackIds }) => type === 'tmcd' && trackIds.some((id) => ids.includes(id)),
  );
}

/**
 * Whether the chunks of all tracks lie inside `mdat`, none over another, and leave none of it unused. With the
 * starts and the ends each sorted by themselves, intervals are disjoint exactly if every end comes at or before
 * the next start; so no pairs need sorting.
 */
export function checkChunks(movie: Movie): VerifyCheck {
  const count = movie.tracks.reduce((sum, { samples }) => sum + samples.chunkCount, 0);
  const starts = new Float64Array(count);
  const ends = new Float64Array(count);
  let used = 0;
  let usedBytes = 0;
  for (const { samples } of movie.tracks) {
    samples.forEachChunk((offsetBytes, sizeBytes) => {
      starts[used] = offsetBytes;
      ends[used] = offsetBytes + sizeBytes;
      usedBytes += sizeBytes;
      used++;
    });
  }
  starts.subarray(0, used).sort();
  ends.subarray(0, used).sort();
  let mdat = 0;
  let fault: string | undefined;
  for (let i = 0; i < used && fault === undefined; i++) {
    const start = starts[i] ?? 0;
    const end = ends[i] ?? 0;
    while (mdat < movie.mdats.length && start >= (movie.mdats[mdat]?.endByte ?? 0) && end > start) mdat++;
    const range = movie.mdats[mdat];
    if (range === undefined || start < range.startByte || end > range.endByte) {
      fault = `the chunk at byte ${start} lies outside mdat`;
    } else if (i > 0 && start < (ends[i - 1] ?? 0)) fault = `the chunk at byte ${start} overlaps another`;
  }
  const mediaBytes = movie.mdats.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);
  if (fault === undefined && usedBytes !== mediaBytes) {
    fault = `samples add up to ${usedBytes} bytes, mdat holds ${mediaBytes}`;
  }
  return {
    name: 'chunks',
    ok: fault === undefined,
    detail: fault ?? `${used} chunks fill ${mediaBytes} bytes`,
  };
}
