import { readdir, stat } from 'node:fs/promises';
import { fsError, isFsError } from './fs-error.ts';

/** Names in a folder, in no order; none where it does not exist. @throws AppError when it cannot be read. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isFsError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw fsError(error, 'read the folder', folder);
  }
}

/** What stands at a path, undefined when nothing does. @throws AppError when that cannot be found out. */
export async function kindOf(path: string): Promise<'folder' | 'file' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isFsError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw fsError(error, 'open', path);
  }
}
