import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isFsError } from './fs-error.ts';
import { syncFolder } from './sync-folder.ts';

/** The calls that give a file its name, so that a test can stand in for a disk that lacks one or fails. */
export interface NamingCalls {
  readonly link: (from: string, to: string) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly unlink: (path: string) => Promise<void>;
  readonly syncFolder: (folder: string) => Promise<void>;
}

export const SYSTEM_CALLS: NamingCalls = { link, rename, unlink, syncFolder };

/** After these a rename would fail as well; all others may mean that the disk has no hard links. */
const HOPELESS: readonly string[] = ['ENOENT', 'ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES'];

/** Long enough for a virus scanner or an indexer to let go of a file. */
const SECOND_TRY_MILLIS = 100;

/**
 * Renames a complete file without ever replacing another: a hard link fails where the name is taken, `rename` would
 * not. What a disk without hard links says differs: EPERM, ENOTSUP, or on Windows EISDIR.
 * @returns the path that is in the way, where one is.
 */
export async function renameToFree(
  from: string,
  to: string,
  calls: NamingCalls,
): Promise<string | undefined> {
  try {
    await calls.link(from, to);
  } catch (error) {
    if (!isFsError(error) || HOPELESS.includes(error.code ?? '')) throw error;
    return error.code === 'EEXIST' ? to : renameUnderLock(from, to, calls);
  }
  await removeFirstName(from, calls);
  return undefined;
}

/**
 * The name is held by an empty file beside it, never under it: what stands there under the final name is complete, also
 * after a kill between two calls. Programs that do not know the lock could still take the name before the rename.
 */
async function renameUnderLock(from: string, to: string, calls: NamingCalls): Promise<string | undefined> {
  const lock = `${to}.lock`;
  try {
    await (await open(lock, 'wx')).close();
  } catch (error) {
    if (isFsError(error) && error.code === 'EEXIST') return lock;
    throw error;
  }
  try {
    if (await isTaken(to)) return to;
    await calls.rename(from, to);
    return undefined;
  } finally {
    await unlink(lock).catch(() => undefined);
  }
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isFsError(error) && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** The finished file has its final name by now: should its first one stay, it takes no space and nothing is lost. */
async function removeFirstName(path: string, calls: NamingCalls): Promise<void> {
  try {
    await calls.unlink(path);
  } catch {
    await delay(SECOND_TRY_MILLIS);
    await calls.unlink(path).catch(() => undefined);
  }
}
