import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { detailedError } from '../../shared/model/detailed-error.ts';
import { AppError } from '../../shared/model/errors.ts';
import { kindOf } from './folder.ts';
import { fsError, isFsError, writeError } from './fs-error.ts';

/** The file that is locked: empty, and never removed, or two processes could each hold a file of this name. */
const LOCK_FILE = '.tailslate-lock';
/** Who holds it, for people; it means nothing unless the lock is held. */
const HOLDER_FILE = '.tailslate-lock-holder';

/** Names that a lock leaves in its folder. */
export const LOCK_FILES: readonly string[] = [LOCK_FILE, HOLDER_FILE];

/** Whoever only looks whether the lock is held has it for some microseconds: long enough to wait for. */
const WAIT_MILLIS = 100;

/** Result codes of SQLite, the extended part cut off: https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_CANTOPEN = 14;

/**
 * A folder that belongs to one process at a time. The lock is the operating system's, on Linux, macOS and Windows,
 * taken through the SQLite that Node brings: it goes with its process, however that ends, so a crash locks nobody out.
 *
 * No part of this process may open the locked file by other means: on Linux and macOS, closing it anywhere drops
 * all locks that the process has on it.
 */
export class FolderLock {
  readonly #folder: string;
  readonly #database: DatabaseSync;
  #held = true;

  private constructor(folder: string, database: DatabaseSync) {
    this.#folder = folder;
    this.#database = database;
  }

  /**
   * Takes the lock of an existing folder.
   * @param holder who asks, for the message that others get: "Tailslate (process 123) since 10:41".
   * @throws AppError `locked`, naming the holder; `unwritable` where the disk offers no locks.
   */
  static async acquire(folder: string, holder: string): Promise<FolderLock> {
    const path = join(folder, LOCK_FILE);
    const database = await openDatabase(path, false);
    try {
      // Nothing is ever stored, so no journal has to lie beside it.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (resultCode(error) === SQLITE_BUSY) throw lockedError(folder, await holderNote(folder), error);
      throw noLock(error, path);
    }
    const lock = new FolderLock(folder, database);
    try {
      await writeFile(join(folder, HOLDER_FILE), `${holder}\n`);
    } catch (error) {
      await lock.release();
      throw writeError(error, join(folder, HOLDER_FILE));
    }
    return lock;
  }

  /** Lets go; never throws. */
  async release(): Promise<void> {
    if (!this.#held) return;
    this.#held = false;
    await rm(join(this.#folder, HOLDER_FILE), { force: true }).catch(() => undefined);
    this.#database.close();
  }
}

/**
 * Who holds the lock of a folder, in this process or another; undefined when nobody does. Creates nothing.
 * @throws AppError where the lock cannot be asked for.
 */
export async function isHeld(folder: string): Promise<string | undefined> {
  const path = join(folder, LOCK_FILE);
  let database: DatabaseSync | undefined;
  try {
    database = await openDatabase(path, true);
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return undefined;
  } catch (error) {
    if (resultCode(error) === SQLITE_BUSY) return await holderNote(folder);
    // Where the file is not there nobody holds it; one that may not be opened is another matter.
    if (resultCode(error) === SQLITE_CANTOPEN && (await kindOf(path)) === undefined) return undefined;
    throw noLock(error, path);
  } finally {
    database?.close();
  }
}

/** Takes and lets go of a lock in a folder of its own, to see that there are locks. @throws AppError as acquire. */
export async function tryLock(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tailslate-lock-')).catch((error: unknown) => {
    throw fsError(error, 'use-folder', 'the folder for temporary files');
  });
  try {
    const lock = await FolderLock.acquire(folder, 'a trial');
    const held = await isHeld(folder);
    await lock.release();
    if (held === undefined) throw new AppError('unwritable', 'A lock that was taken is not there.');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Loaded when a lock is asked for: exports and reports need no lock, and run where Node has no SQLite. */
async function openDatabase(path: string, readOnly: boolean): Promise<DatabaseSync> {
  const { DatabaseSync } = await import('node:sqlite').catch((cause: unknown) => {
    throw new AppError('unsupported', `Node ${process.versions.node} has no file locks.`, {
      next: 'Recording needs Node 22.13 or newer.',
      cause,
    });
  });
  try {
    return new DatabaseSync(path, { readOnly, timeout: readOnly ? 0 : WAIT_MILLIS });
  } catch (error) {
    if (readOnly) throw error;
    throw noLock(error, path);
  }
}

async function holderNote(folder: string): Promise<string> {
  try {
    return (await readFile(join(folder, HOLDER_FILE), 'utf8')).trim() || 'another program';
  } catch (error) {
    if (isFsError(error)) return 'another program';
    throw error;
  }
}

function lockedError(folder: string, holder: string, cause: unknown): AppError {
  return detailedError({ kind: 'in-use', path: folder, holder }, { cause });
}

function noLock(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('unwritable', `Cannot lock ${path}: ${reason}.`, {
    next: 'Choose a folder on a disk of this machine that you may write to.',
    cause: error,
  });
}

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;
}
