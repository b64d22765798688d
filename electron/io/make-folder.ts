import { access, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isFsError } from './fs-error.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Creates a folder and those above it, durably: a file in a folder whose own name is lost with the power is lost too.
 * Returns whether it was missing.
 * @throws what the system says. Node's recursive mkdir says ENOENT on a read-only disk: the one folder that it could
 *   not make is then tried alone, which tells the reason.
 */
export async function makeFolder(folder: string, sync = syncFolder): Promise<boolean> {
  const topmost = await makeAll(folder);
  if (topmost === undefined) return false;
  // Each folder that was made has its name in the one above it.
  const above = dirname(resolve(topmost));
  for (let made = resolve(folder); made.length > above.length; made = dirname(made)) {
    await sync(dirname(made));
  }
  return true;
}

/** Returns the topmost folder that was made. */
async function makeAll(folder: string): Promise<string | undefined> {
  try {
    return await mkdir(folder, { recursive: true });
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
