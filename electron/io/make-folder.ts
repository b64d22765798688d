import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isFsError } from './fs-error.ts';

/**
 * Creates a folder and those above it. Returns whether it was missing.
 * @throws what the system says. Node's recursive mkdir says ENOENT on a read-only disk: the one folder that it could
 *   not make is then tried alone, which tells the reason.
 */
export async function makeFolder(folder: string): Promise<boolean> {
  try {
    return (await mkdir(folder, { recursive: true })) !== undefined;
  } catch (error) {
    if (!isFsError(error) || error.code !== 'ENOENT') throw error;
    await mkdir(await topmostMissing(folder));
    throw error;
  }
}

async function topmostMissing(folder: string): Promise<string> {
  const parent = dirname(folder);
  const isThere = await access(parent).then(
    () => true,
    () => false,
  );
  return isThere || parent === folder ? folder : topmostMissing(parent);
}
