import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fsError, isFsError } from './fs-error.ts';

/** What the files of a folder come to. */
export interface FolderFingerprint {
  /** Changes with any file's name, size or time. */
  readonly fingerprint: string;
  readonly sizeBytes: number;
}

/**
 * Looks at the files in a folder and in the folders in it, without reading them. Links are passed over: a session may
 * come from anywhere, and one that leads to a whole disk would be walked each time the library is looked at.
 * @param counts whether a file's name, with forward slashes, counts for the fingerprint; all count for the size.
 * @throws AppError when the folder cannot be read.
 */
export async function fingerprintOf(
  folder: string,
  counts: (name: string) => boolean,
): Promise<FolderFingerprint> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
      .sort();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for (const name of names) {
      // A part of a file that is being replaced may be gone by now.
      const file = await statOf(join(folder, name));
      if (file === undefined) continue;
      sizeBytes += file.size;
      if (counts(name.replaceAll('\\', '/'))) hash.update(`${name}\n${file.size} ${file.mtimeMs}\n`);
    }
    return { fingerprint: hash.digest('base64url'), sizeBytes };
  } catch (error) {
    throw fsError(error, 'read-folder', folder);
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isFsError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
