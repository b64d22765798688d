import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Chapter } from './boxes-chapters.ts';
import type { Movie } from './reader.ts';

/** More than anybody marks; each costs a read. */
const MAX_CHAPTERS = 10_000;
/** Length of the text, and the most of it that is read. */
const MAX_SAMPLE_BYTES = 2 + 1024;

/**
 * The chapters of the text track that the audio refers to (QuickTime File Format, chapter lists); undefined where no
 * track refers to one. A sample that cannot be read has an empty title.
 */
export async function readChapters(
  source: ByteSource,
  movie: Movie,
): Promise<readonly Chapter[] | undefined> {
  const ids = movie.tracks.flatMap(({ references }) =>
    references.filter(({ type }) => type === 'chap').flatMap(({ trackIds }) => trackIds),
  );
  const [id] = ids;
  if (id === undefined) return undefined;
  const track = movie.tracks.find((candidate) => candidate.id === id && candidate.handler === 'text');
  if (track === undefined) return [];
  const chapters: Chapter[] = [];
  const cursor = track.samples.cursor();
  while (chapters.length < MAX_CHAPTERS && cursor.next()) {
    const { offsetBytes, sizeBytes, timeTicks } = cursor;
    const bytes = await source.read(offsetBytes, Math.min(sizeBytes, MAX_SAMPLE_BYTES));
    const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    chapters.push({
      title: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(2, 2 + length)),
      startSamples: Math.round((timeTicks * SAMPLE_RATE) / Math.max(1, track.timescale)),
    });
  }
  return chapters;
}
