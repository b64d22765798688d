import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { checkMov, movAudio } from '../../media/mp4/check-mov.ts';
import { itemValue } from '../../media/mp4/read-metadata.ts';
import type { Movie } from '../../media/mp4/reader.ts';
import { readStart, TAILSLATE } from '../../media/mp4/verify-timecode.ts';
import { compareSamples } from './compare-samples.ts';
import type { Verified, VerifyFileOptions } from './file-verification.ts';
import { sessionOf, withSources } from './source-session.ts';
import { NO_DIGEST } from './wave-samples.ts';

/** Verifies a QuickTime movie of samples. */
export async function verifyMovFile(
  path: string,
  source: ByteSource,
  movie: Movie,
  sessionFolder: string | undefined,
  options: VerifyFileOptions,
): Promise<Verified> {
  const checks: VerifyCheck[] = [...(await checkMov(source, movie))];
  const { tracks, format, frames } = movAudio(movie);
  const item = (name: string): string | undefined => itemValue(movie.metadata, TAILSLATE, name);
  const notCompared: string[] = [];
  let session: string | null = null;
  if (sessionFolder === undefined) notCompared.push(NO_DIGEST);
  else {
    const opened = await sessionOf(path, item('SESSION_ID'), sessionFolder);
    session = opened.folder;
    const originSamples = Number(item('ORIGIN_SAMPLES') ?? NaN);
    const playerIds = tracks.map(({ metadata }) => itemValue(metadata, TAILSLATE, 'PLAYER_ID') ?? '');
    if (!Number.isSafeInteger(originSamples)) {
      notCompared.push('the samples: the file does not say where in the session it begins');
    } else if (format === undefined || !checks.every(({ ok }) => ok)) {
      notCompared.push('the samples: the file itself is not as it should be');
    } else {
      const origin = { playerIds, originSamples, durationSamples: frames };
      const places = tracks.map(({ samples }) => samples.columns.chunkOffsetsBytes);
      const form = { format, frames, order: 'by-track' } as const;
      checks.push(
        ...(await withSources(path, opened, origin, options.signal, (sources) =>
          compareSamples(
            source,
            sources,
            form,
            (second, track) => places[track]?.[second] ?? source.sizeBytes,
            options,
          ),
        )),
      );
    }
  }
  return {
    format: 'mov',
    encoded: false,
    session,
    notCompared,
    report: {
      ok: checks.every(({ ok }) => ok),
      tailslate: movie.metadata.some(({ mean }) => mean === TAILSLATE),
      sizeBytes: movie.sizeBytes,
      fragmented: movie.fragmented,
      checks,
      tracks: [],
      timecode: readStart(movie),
      findings: movie.findings,
      firstDifference: null,
    },
  };
}
