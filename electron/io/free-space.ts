import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { detailedError } from '../../shared/model/detailed-error.ts';
import { isFsError } from './fs-error.ts';

/**
 * Bytes that may still be written to a folder's disk. Of a folder that does not exist yet, the one above it tells.
 * Undefined where nobody does.
 */
export async function freeSpace(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const above = dirname(folder);
    return isFsError(error) && error.code === 'ENOENT' && above !== folder ? freeSpace(above) : undefined;
  }
}

/**
 * Checks before a long write that a folder's disk has room.
 * @throws AppError('no-space') with both figures. A disk that does not tell passes; writing will show.
 */
export async function requireFreeSpace(folder: string, neededBytes: number): Promise<void> {
  const freeBytes = await freeSpace(folder);
  if (freeBytes === undefined || freeBytes >= neededBytes) return;
  throw detailedError({ kind: 'no-room', path: folder, freeBytes, neededBytes });
}
