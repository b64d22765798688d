import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Chapter } from './boxes-chapters.ts';
import { clippedUtf8 } from './clipped-utf8.ts';
import { readChapters } from './read-chapters.ts';
import type { Movie } from './reader.ts';

/** The chapter track's own ticks may be as coarse as a millisecond. */
const TOLERANCE_SAMPLES = 48;

/**
 * Whether the audio's chapters can be read and, where it is known which were written, are those. Nothing is asked of a
 * file that has none and is to have none.
 */
export async function checkChapters(
  source: ByteSource,
  movie: Movie,
  expected: readonly Chapter[] | undefined,
): Promise<readonly VerifyCheck[]> {
  const found = await readChapters(source, movie);
  if (found === undefined && (expected === undefined || expected.length === 0)) return [];
  const chapters = found ?? [];
  const name = 'chapters';
  const unreadable = chapters.findIndex(({ title }) => title === '');
  if (chapters.length === 0) return [{ name, ok: false, detail: 'the chapter track cannot be read' }];
  if (unreadable >= 0) return [{ name, ok: false, detail: `chapter ${unreadable + 1} has no title` }];
  if (expected === undefined) return [{ name, ok: true, detail: `${chapters.length} chapters` }];
  const count = Math.max(chapters.length, expected.length);
  for (let index = 0; index < count; index++) {
    if (isSame(chapters[index], expected[index])) continue;
    const detail = `chapter ${index + 1} of ${count} is not the one that was written`;
    return [{ name, ok: false, detail }];
  }
  return [{ name, ok: true, detail: `${count} chapters, those that were written` }];
}

function isSame(actual: Chapter | undefined, expected: Chapter | undefined): boolean {
  if (actual === undefined || expected === undefined) return false;
  const title = new TextDecoder('utf-8', { ignoreBOM: true }).decode(clippedUtf8(expected.title));
  return actual.title === title && Math.abs(actual.startSamples - expected.startSamples) <= TOLERANCE_SAMPLES;
}
