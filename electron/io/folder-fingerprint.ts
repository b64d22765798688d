import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fsError, isFsError } from './fs-error.ts';

/** What the files of a folder come to. */
export interface FolderFingerprint {
  /** Changes with any file's name, size or time. */
  readonly fingerprint: string;
  readonly sizeBytes: number;
}

/**
 * Looks at the files in a folder and in the folders in it, without reading them.
 * @param counts whether a file's name, with forward slashes, counts for the fingerprint; all count for the size.
 * @throws AppError when the folder cannot be read.
 */
export async function fingerprintOf(
  folder: string,
  counts: (name: string) => boolean,
): Promise<FolderFingerprint> {
  try {
    const names = (await readdir(folder, { recursive: true })).sort();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for (const name of names) {
      // A part of a file that is being replaced may be gone by now.
      const file = await statOf(join(folder, name));
      if (file?.isFile() !== true) continue;
      sizeBytes += file.size;
      if (counts(name.replaceAll('\\', '/'))) hash.update(`${name}\n${file.size} ${file.mtimeMs}\n`);
    }
    return { fingerprint: hash.digest('base64url'), sizeBytes };
  } catch (error) {
    throw fsError(error, 'read the folder', folder);
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isFsError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
