import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import { requireFreeSpace } from '../../io/free-space.ts';
import { readSmallFile } from '../../io/small-file.ts';
import { listZip, unzipEntry } from '../../io/unzip.ts';
import type { ZipEntry } from '../../media/zip/directory.ts';
import type { Importer } from '../library/ports.ts';
import { beginsWith } from './magic.ts';
import { oggSession } from './ogg-importer.ts';
import { describeOgg, MOST_OGG_BYTES } from './ogg-track.ts';
import { statedStart } from './stated-start.ts';
import { inTrackOrder, stemOf } from './track-names.ts';
import { writeImported } from './write-session.ts';

const LOCAL_HEADER = Uint8Array.of(0x50, 0x4b, 0x03, 0x04);
const OGG_NAME = /\.(?:ogg|oga|opus)$/iu;
const AUDIO_NAME = /\.(?:flac|wav|w64|aif|aiff|m4a|aac|mp3|mka|webm|mp4)$/iu;
const INFO_NAME = 'info.txt';
const MOST_INFO_BYTES = 2 ** 20;
/** Opus hardly shrinks: what unpacks to far more than it takes in the archive is none. */
const MOST_GROWTH = 20;

/**
 * Zip archives of Ogg Opus files, as multitrack voice recorders hand them out: all of them are one session, whose
 * start an `info.txt` may tell. Files are unpacked under names of our own.
 */
export const zipImporter: Importer = {
  accepts: (path) => beginsWith(path, LOCAL_HEADER),

  groups: (paths) => paths.map((path) => [path]),

  async import([path = ''], intoFolder, signal, onStep) {
    const files = (await listZip(path)).filter(({ name }) => isOwnFile(name));
    const tracks = inTrackOrder(
      files.filter(({ name }) => OGG_NAME.test(name)),
      ({ name }) => baseName(name),
    );
    if (tracks.length === 0) throw detailedError({ kind: 'zip-no-ogg', path });
    for (const entry of tracks) expectSane(path, entry);
    const unpackedBytes = tracks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    // Once unpacked and once as a session.
    await requireFreeSpace(dirname(intoFolder), 2 * unpackedBytes);
    const unpacked = join(intoFolder, randomUUID());
    await mkdir(unpacked);
    try {
      const described = [];
      for (const [at, entry] of tracks.entries()) {
        const name = baseName(entry.name);
        onStep(name);
        const unpackedPath = join(unpacked, `${at}.ogg`);
        await unzipEntry(path, entry, unpackedPath, signal);
        described.push(await describeOgg(unpackedPath, name));
      }
      const start = await startOf(path, files, join(unpacked, INFO_NAME), signal);
      const notes = await writeImported(
        oggSession(stemOf(path), described, start),
        intoFolder,
        signal,
        onStep,
      );
      const unused = files.filter(({ name }) => AUDIO_NAME.test(name)).map(({ name }) => baseName(name));
      if (unused.length > 0) notes.push({ kind: 'not-ogg-opus', names: unused.join(', ') });
      return notes;
    } finally {
      await rm(unpacked, { recursive: true, force: true });
    }
  },
};

/** Folders, and what macOS adds to archives, are no files of the recorder. */
function isOwnFile(name: string): boolean {
  return !name.endsWith('/') && !name.startsWith('__MACOSX/') && !baseName(name).startsWith('.');
}

/** A name in an archive without its folders; Windows programs write the other slash. */
function baseName(name: string): string {
  return basename(name.replaceAll('\\', '/'));
}

function expectSane(path: string, { name, sizeBytes, packedBytes }: ZipEntry): void {
  if (sizeBytes <= MOST_OGG_BYTES && sizeBytes <= packedBytes * MOST_GROWTH + 2 ** 16) return;
  throw detailedError({ kind: 'zip-growth', path, name, unpackedBytes: sizeBytes });
}

/** When the recording began by the archive's info.txt; null when it does not tell. */
async function startOf(
  path: string,
  files: readonly ZipEntry[],
  toPath: string,
  signal: AbortSignal,
): Promise<number | null> {
  const info = files.find(({ name }) => baseName(name).toLowerCase() === INFO_NAME);
  if (info === undefined || info.sizeBytes > MOST_INFO_BYTES) return null;
  await unzipEntry(path, info, toPath, signal);
  return statedStart(new TextDecoder().decode(await readSmallFile(toPath)));
}
