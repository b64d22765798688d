import type { VerifyCheck, VerifyReport } from '../../../shared/model/verify-report.ts';
import type { ByteSource } from '../byte-source.ts';
import { checkDigest } from '../pcm/check-digest.ts';
import type { ReadProgress } from '../read-blocks.ts';
import type { Chapter } from './boxes-chapters.ts';
import { type Movie, readMovie } from './reader.ts';
import { checkChapters } from './verify-chapters.ts';
import { checkChunks } from './verify-structure.ts';
import { checkTimecode, readStart } from './verify-timecode.ts';

/** What a QuickTime movie of samples is to hold. */
export interface ExpectedMov {
  /** Sample entry of every track. */
  readonly code: string;
  readonly tracks: readonly { readonly name: string; readonly frameBytes: number }[];
  readonly frames: number;
  readonly startFrame: number;
  readonly chapters: readonly Chapter[];
  /** Where the samples begin in the file, and their digest as they were handed to the system, in hex. */
  readonly dataStartByte: number;
  readonly sha256: string;
}

/**
 * Reads a QuickTime movie of samples with the reader for anybody's files: its structure, its start, then every sample.
 * A file that is not as it should be gives failed checks.
 * @throws AppError `unreadable` when it is no movie at all; the signal's reason when it is aborted.
 */
export async function verifyMov(
  source: ByteSource,
  expected: ExpectedMov,
  progress: ReadProgress = {},
): Promise<VerifyReport> {
  const movie = await readMovie(source);
  const samples = {
    startByte: expected.dataStartByte,
    endByte: source.sizeBytes,
    sha256: expected.sha256,
  };
  const checks: VerifyCheck[] = [
    {
      name: 'readable',
      ok: movie.findings.length === 0,
      detail: movie.findings[0]?.reason ?? 'no box or table is damaged',
    },
    checkChunks(movie),
    checkAudio(movie, expected),
    checkTimecode(movie),
    checkStart(movie, expected),
    ...(await checkChapters(source, movie, expected.chapters)),
    await checkDigest(source, samples, progress),
  ];
  return {
    ok: checks.every(({ ok }) => ok),
    tailslate: true,
    sizeBytes: movie.sizeBytes,
    fragmented: false,
    checks,
    tracks: [],
    timecode: readStart(movie),
    findings: movie.findings,
    firstDifference: null,
  };
}

/** Every track's form, length and name, and that its samples are played whole. */
function checkAudio(movie: Movie, { code, tracks, frames, dataStartByte }: ExpectedMov): VerifyCheck {
  const described = (name: string, codec: string, bytes: number, from: number, length: number): string =>
    `${name}: ${codec}, ${bytes} bytes played from ${from} for ${length} samples`;
  const found = movie.tracks
    .filter(({ handler }) => handler === 'soun')
    .map(({ name, codec, samples, edits }) => {
      let bytes = 0;
      let startByte = Infinity;
      samples.forEachChunk((offsetBytes, sizeBytes) => {
        bytes += sizeBytes;
        startByte = Math.min(startByte, offsetBytes);
      });
      const [edit] = edits;
      return startByte < dataStartByte
        ? `${name}: samples before the media`
        : described(name, codec, bytes, edit?.mediaTimeTicks ?? -1, edit?.durationTicks ?? -1);
    });
  const wanted = tracks.map(({ name, frameBytes }) => described(name, code, frames * frameBytes, 0, frames));
  const at = Math.max(found.length, wanted.length);
  for (let index = 0; index < at; index++) {
    if (found[index] === wanted[index]) continue;
    const detail = `${found[index] ?? 'no track'}, expected ${wanted[index] ?? 'none'}`;
    return { name: 'audio-format', ok: false, detail };
  }
  return { name: 'audio-format', ok: true, detail: wanted.join('; ') };
}

/** That every track of audio refers to the timecode, and it begins where it is to. */
function checkStart(movie: Movie, { startFrame }: ExpectedMov): VerifyCheck {
  const timecode = movie.tracks.find((track) => track.timecode !== undefined);
  const refers = movie.tracks
    .filter(({ handler }) => handler === 'soun')
    .every(({ references }) =>
      references.some(({ type, trackIds }) => type === 'tmcd' && trackIds.includes(timecode?.id ?? 0)),
    );
  const actual = timecode?.timecode?.startFrame;
  return {
    name: 'timecode-track',
    ok: refers && actual === startFrame,
    detail: refers
      ? `begins with frame ${actual ?? 'none'}, expected ${startFrame}`
      : 'a track does not refer to the timecode',
  };
}
