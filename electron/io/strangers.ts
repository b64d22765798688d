import { type Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { detailedError } from '../../shared/model/detailed-error.ts';
import { fsError } from './fs-error.ts';
import { noFile } from './open-to-read.ts';

/**
 * Sees that a folder that somebody handed over holds nothing but files and folders: a link that leads out of it would
 * have others' files read as recordings, a pipe would have its reader wait for ever.
 * @throws AppError('unsupported') naming the first that is something else.
 */
export async function refuseStrangers(folder: string): Promise<void> {
  const real = await realpath(folder).catch((error: unknown) => {
    throw fsError(error, 'open', folder);
  });
  for (const entry of await entriesBelow(folder)) {
    if (entry.isFile() || entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) throw noFile(path);
    const target = await realpath(path).catch(() => undefined);
    const way = target === undefined ? '..' : relative(real, target);
    if (way === '..' || way.startsWith(`..${sep}`) || way === target) {
      throw detailedError({ kind: 'link-outside', path });
    }
  }
}

async function entriesBelow(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true, recursive: true });
  } catch (error) {
    throw fsError(error, 'read-folder', folder);
  }
}
