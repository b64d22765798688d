import { constants, type Dirent } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { fsError, isFsError } from './fs-error.ts';

/** Names in a folder, in no order; none where it does not exist. @throws AppError when it cannot be read. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await entriesOf(folder)).map(({ name }) => name);
}

/** The same without folders: one that is named like a log must not keep the logs from being read. */
export async function fileNamesIn(folder: string): Promise<readonly string[]> {
  return (await entriesOf(folder)).filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isFsError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw fsError(error, 'read-folder', folder);
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

/** Whether files can be made in a folder, as far as the system tells without trying. */
export async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
