import type { ByteSource } from '../media/byte-source.ts';
import { withFileSource } from '../io/file-source.ts';
import { readMovie } from '../media/mp4/reader.ts';
import type { FileVerification, Verified, VerifyFileOptions } from './verify-file/file-verification.ts';
import { verifyMovFile } from './verify-file/mov-samples.ts';
import { verifyPackets } from './verify-file/movie-packets.ts';
import { verifyOggFile } from './verify-file/ogg-packets.ts';
import { verifyWaveFile } from './verify-file/wave-samples.ts';

/**
 * Verifies one exported file of any format, told by its content, not by its name; with a session folder also what is in
 * it against the log: every packet, or every sample.
 * @throws AppError when the file or the session cannot be read, or do not belong together.
 */
export async function verifyFile(
  path: string,
  sessionFolder: string | undefined,
  options: VerifyFileOptions,
): Promise<FileVerification> {
  return withFileSource(path, async (source) => {
    const { report, ...rest } = await byContent(path, source, sessionFolder, options);
    return { ...report, path, ...rest };
  });
}

async function byContent(
  path: string,
  source: ByteSource,
  session: string | undefined,
  options: VerifyFileOptions,
): Promise<Verified> {
  const start = String.fromCharCode(...(await source.read(0, 12)));
  if (start.startsWith('OggS')) return verifyOggFile(path, source, session, options);
  if (/^(?:RIFF|RF64)....WAVE$/su.test(start)) return verifyWaveFile(path, source, session, options);
  const movie = await readMovie(source);
  const isMov = movie.tracks.every(({ opus }) => opus === undefined) && movie.brands?.major === 'qt  ';
  if (isMov) return verifyMovFile(path, source, movie, session, options);
  return verifyPackets(path, source, movie, session, options);
}
