import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../shared/model/errors.ts';

/** Bytes that may be written to a folder's disk, or to that of the nearest folder above it that is there. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const disk = await statfs(at).catch(() => undefined);
    if (disk !== undefined) return disk.bavail * disk.bsize;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Checks before a long write that a folder's disk has room.
 * @throws AppError('no-space') with both figures. A disk that does not tell passes; writing will show.
 */
export async function requireFreeSpace(folder: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free === undefined || free >= neededBytes) return;
  throw new AppError(
    'no-space',
    `${folder} has ${rounded(free)} free, about ${rounded(neededBytes)} are needed.`,
    { next: 'Free some space or choose another folder with --out.' },
  );
}

function rounded(bytes: number): string {
  return bytes < 1e7 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.ceil(bytes / 1e6)} MB`;
}
