import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fsError } from './fs-error.ts';
import { makeFolder } from './make-folder.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Gives a small file new content in one step: whoever reads it, also after a power cut, finds the old or the new.
 * Folders above it are made. Two writers of one file must take turns.
 * @throws AppError when it cannot be written; the old file is then as it was.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.part`);
  try {
    await makeFolder(folder);
    try {
      const handle = await open(temporary, 'w');
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncFolder(folder);
  } catch (error) {
    throw fsError(error, 'write', path);
  }
}
