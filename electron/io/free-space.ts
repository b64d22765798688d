import { statfs } from 'node:fs/promises';
import { AppError } from '../../shared/model/errors.ts';

/**
 * Checks before a long write that a folder's disk has room.
 * @throws AppError('no-space') with both figures. A disk that does not tell passes; writing will show.
 */
export async function requireFreeSpace(folder: string, neededBytes: number): Promise<void> {
  const disk = await statfs(folder).catch(() => undefined);
  if (disk === undefined) return;
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes >= neededBytes) return;
  throw new AppError(
    'no-space',
    `${folder} has ${rounded(freeBytes)} free, about ${rounded(neededBytes)} are needed.`,
    { next: 'Free some space or choose another folder with --out.' },
  );
}

function rounded(bytes: number): string {
  return bytes < 1e7 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.ceil(bytes / 1e6)} MB`;
}
