import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import type { Movie } from './reader.ts';
import { presentedSamples } from './verify-track.ts';

/**
 * Whether the fragments of a file follow each other without a hole, are all there, and are where the index at the end
 * says. Nothing is asked of a file that has none.
 */
export function checkFragments(movie: Movie): readonly VerifyCheck[] {
  if (!movie.fragmented) return [];
  const fault = holeIn(movie) ?? missingFrom(movie) ?? wrongIndex(movie);
  const detail = fault ?? `${movie.moofs.length} fragments, all in the index`;
  return [{ name: 'fragments', ok: fault === undefined, detail }];
}

/** The first fragment of a track that does not begin where the samples before it end (`tfdt`, section 8.8.12). */
function holeIn({ tracks }: Movie): string | undefined {
  for (const { id, samples } of tracks) {
    const { anchorSamples, anchorTimes } = samples.columns;
    const cursor = samples.cursor();
    let endTicks = 0;
    for (let anchor = 0; cursor.next();) {
      if (anchorSamples[anchor] === cursor.index) {
        if (anchorTimes[anchor] !== endTicks) {
          return `track ${id}: fragment ${anchor + 1} begins at ${anchorTimes[anchor]}, the one before ends at ${endTicks}`;
        }
        anchor++;
      }
      endTicks = cursor.timeTicks + cursor.durationTicks;
    }
  }
  return undefined;
}

/** How much of the stated length (`mehd`) is not there. */
function missingFrom(movie: Movie): string | undefined {
  const longest = movie.tracks
    .filter(({ opus }) => opus !== undefined)
    .reduce((most, track) => Math.max(most, presentedSamples(movie, track)), 0);
  if (longest === movie.durationTicks) return undefined;
  return `the fragments play ${longest} samples, the file states ${movie.durationTicks}`;
}

function wrongIndex({ tracks, moofs, fragmentIndex }: Movie): string | undefined {
  if (fragmentIndex === undefined) return 'the index of fragments is missing';
  for (const { id, opus, samples } of tracks) {
    if (opus === undefined) continue;
    const index = fragmentIndex.find(({ trackId }) => trackId === id);
    const { anchorSamples, anchorTimes } = samples.columns;
    if (index?.timesTicks.length !== anchorTimes.length) {
      return `track ${id} has ${anchorTimes.length} fragments, the index ${index?.timesTicks.length ?? 0}`;
    }
    let wrong = anchorTimes.findIndex((time, at) => time !== index.timesTicks[at]);
    let at = 0;
    let moof = 0;
    samples.forEachChunk((offsetBytes, _sizeBytes, firstSample) => {
      if (firstSample !== anchorSamples[at]) return;
      // The data of a fragment follow its boxes.
      while ((moofs[moof + 1]?.startByte ?? Infinity) <= offsetBytes) moof++;
      if (wrong < 0 && index.moofBytes[at] !== moofs[moof]?.startByte) wrong = at;
      at++;
    });
    if (wrong >= 0) return `track ${id}: fragment ${wrong + 1} is not where the index says`;
  }
  return undefined;
}
