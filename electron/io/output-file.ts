import { access, type FileHandle, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { detailedError } from '../../shared/model/detailed-error.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { ByteSource } from '../media/byte-source.ts';
import { writeAt } from './direct-io.ts';
import { fileSource } from './file-source.ts';
import { type NamingCalls, SYSTEM_CALLS, renameToFree } from './final-name.ts';
import { fsError, isFsError, writeError } from './fs-error.ts';
import { makeFolder } from './make-folder.ts';

/** What to do when the wanted name is taken: give the next free number, leave it alone, or replace it. */
export type Existing = 'number' | 'skip' | 'overwrite';

/** Creates the output folder where it is missing. @throws AppError when that cannot be. */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (error) {
    if (isFsError(error) && (error.code === 'EEXIST' || error.code === 'ENOTDIR')) {
      throw detailedError({ kind: 'file-in-way', path: folder }, { cause: error });
    }
    throw fsError(error, 'make-folder', folder);
  }
}

/**
 * Creates a folder below one that is there, and gives its path.
 * @throws AppError when that cannot be, and where the upper one is missing: its disk may have been taken away.
 */
export async function ensureSubfolder(folder: string, subfolder: string): Promise<string> {
  try {
    await access(folder);
  } catch (error) {
    throw fsError(error, 'write-into', folder);
  }
  const path = join(folder, subfolder);
  await ensureFolder(path);
  return path;
}

/** What an output file asks of the system, so that a test can stand in for a disk that fails at any of it. */
export interface OutputCalls extends NamingCalls {
  /** Creates a file to be written and read; fails where one is there. */
  readonly create: (path: string) => Promise<FileHandle>;
  /** Writes all of the bytes, on this thread. */
  readonly write: (fd: number, bytes: Uint8Array, positionBytes: number) => void;
  /** The same on another thread, for who must not wait for the disk. */
  readonly writeAside: (handle: FileHandle, bytes: Uint8Array, positionBytes: number) => Promise<void>;
  readonly datasync: (handle: FileHandle) => Promise<void>;
  readonly sync: (handle: FileHandle) => Promise<void>;
  /** Cuts a file to nothing. */
  readonly empty: (handle: FileHandle) => Promise<void>;
  readonly close: (handle: FileHandle) => Promise<void>;
}

export const DISK_CALLS: OutputCalls = {
  ...SYSTEM_CALLS,
  create: (path) => open(path, 'wx+'),
  write: writeAt,
  writeAside: async (handle, bytes, positionBytes) => {
    for (let done = 0; done < bytes.length;) {
      done += (await handle.write(bytes, done, bytes.length - done, positionBytes + done)).bytesWritten;
    }
  },
  datasync: (handle) => handle.datasync(),
  sync: (handle) => handle.sync(),
  empty: (handle) => handle.truncate(),
  close: (handle) => handle.close(),
};

/** A file that has its final name. */
export interface CommittedFile {
  readonly path: string;
  /**
   * Why its folder could not be synced, null where it was. The file is complete and its bytes are durable; its name may
   * be lost by a power cut.
   */
  readonly unsynced: string | null;
}

/**
 * Where a file's bytes are written: on the thread that has them, which is faster, or aside, on another, for a thread
 * that must go on however long the disk takes.
 */
export type Writes = 'here' | 'aside';

interface OutputOptions {
  /** The system's when left out. */
  readonly calls?: OutputCalls;
  /** Stands in the part file's name, where who finds it later is to know whose it is. */
  readonly owner?: string | undefined;
  /** What `put` does. */
  readonly writes?: Writes;
}

/** As soon as so much is written the disk begins with it, so that the sync at the end finds little left to do. */
const WRITE_BEHIND_BYTES = 16 << 20;

/**
 * A file that gets its final name only when it is complete: written as `<name>.part`, synced, then renamed,
 * and the folder synced. Until `commit` nothing but the .part file exists; `discard` removes that.
 */
export class OutputFile {
  readonly folder: string;
  readonly partPath: string;
  readonly #handle: FileHandle;
  readonly #calls: OutputCalls;
  readonly #writes: Writes;
  #open = true;
  #named = false;
  #unsyncedBytes = 0;
  #writingBehind: Promise<void> | undefined;

  private constructor(
    folder: string,
    partPath: string,
    handle: FileHandle,
    { calls, writes }: Required<Pick<OutputOptions, 'calls' | 'writes'>>,
  ) {
    this.folder = folder;
    this.partPath = partPath;
    this.#handle = handle;
    this.#calls = calls;
    this.#writes = writes;
  }

  /**
   * Creates the .part file; one that is already there belongs to somebody else and is left alone.
   */
  static async create(
    folder: string,
    fileName: string,
    { calls = DISK_CALLS, owner, writes = 'here' }: OutputOptions = {},
  ): Promise<OutputFile> {
    const name = owner === undefined ? fileName : `${fileName}.${owner}`;
    for (let attempt = 1; ; attempt++) {
      const partPath = join(folder, attempt === 1 ? `${name}.part` : `${name}.${attempt}.part`);
      try {
        return new OutputFile(folder, partPath, await calls.create(partPath), { calls, writes });
      } catch (error) {
        if (isFsError(error) && error.code === 'EEXIST' && attempt < 1000) continue;
        throw writeError(error, partPath);
      }
    }
  }

  /** Writes all of `bytes` at an absolute position in the file, on this thread. */
  write(bytes: Uint8Array, position: number): void {
    try {
      this.#calls.write(this.#handle.fd, bytes, position);
    } catch (error) {
      throw writeError(error, this.partPath);
    }
    this.#hasWritten(bytes.length);
  }

  /** The same where this file's bytes are to be written; `bytes` are free again when it is done. */
  async put(bytes: Uint8Array, position: number): Promise<void> {
    if (this.#writes === 'here') {
      this.write(bytes, position);
      return;
    }
    try {
      await this.#calls.writeAside(this.#handle, bytes, position);
    } catch (error) {
      throw writeError(error, this.partPath);
    }
    this.#hasWritten(bytes.length);
  }

  /** Takes back all that was written, to begin anew. */
  async empty(): Promise<void> {
    try {
      // What is being written to the disk is not to come after.
      await this.#writingBehind;
      await this.#calls.empty(this.#handle);
    } catch (error) {
      throw writeError(error, this.partPath);
    }
    this.#unsyncedBytes = 0;
  }

  /** What was written so far, as the operating system gives it back; from its memory mostly, not from the disk. */
  source(sizeBytes: number): ByteSource {
    return fileSource(this.#handle, sizeBytes, this.partPath);
  }

  async sync(): Promise<void> {
    try {
      await this.#writingBehind;
      await this.#calls.sync(this.#handle);
    } catch (error) {
      throw writeError(error, this.partPath);
    }
  }

  /**
   * Gives the synced file its final name and syncs the folder. With `number` a name that was taken meanwhile is
   * never replaced: the next free one is used.
   * @param names candidate names in order of preference; `overwrite` uses the first.
   * @returns the full path of the finished file, which is there whatever becomes of the folder's sync.
   */
  async commit(names: Iterable<string>, existing: Existing): Promise<CommittedFile> {
    await this.#close();
    for (const name of names) {
      const path = join(this.folder, name);
      const obstacle = await this.#rename(path, existing);
      if (obstacle === undefined) {
        this.#named = true;
        return { path, unsynced: await this.#syncName() };
      }
      if (existing === 'number') continue;
      throw new AppError('exists', `Cannot write ${path}: ${obstacle} is there already.`, {
        next: 'Choose another name or folder.',
        detail: { kind: 'name-taken', path },
      });
    }
    throw new AppError('exists', `No free name was found in ${this.folder}.`, {
      next: 'Choose another folder with --out.',
    });
  }

  /**
   * Closes and removes the .part file; never throws, so that it can stand in a catch block. A file that has its
   * final name stays, and its .part name may be another's by now.
   */
  async discard(): Promise<void> {
    if (this.#named) return;
    await this.#close().catch(() => undefined);
    await removePart(this.partPath);
  }

  /** @returns what is in the way, where something is. */
  async #rename(path: string, existing: Existing): Promise<string | undefined> {
    try {
      if (existing !== 'overwrite') return await renameToFree(this.partPath, path, this.#calls);
      await this.#calls.rename(this.partPath, path);
      return undefined;
    } catch (error) {
      throw writeError(error, path);
    }
  }

  /** @returns why the folder could not be synced; null where it was. */
  async #syncName(): Promise<string | null> {
    try {
      await this.#calls.syncFolder(this.folder);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #hasWritten(sizeBytes: number): void {
    this.#unsyncedBytes += sizeBytes;
    if (this.#unsyncedBytes >= WRITE_BEHIND_BYTES) this.#writeBehind();
  }

  /** One sync at a time. Its error is the disk's last word on those bytes, so it is kept for `sync` to throw. */
  #writeBehind(): void {
    if (this.#writingBehind !== undefined) return;
    this.#unsyncedBytes = 0;
    const syncing = this.#calls.datasync(this.#handle).then(() => {
      this.#writingBehind = undefined;
    });
    syncing.catch(() => undefined);
    this.#writingBehind = syncing;
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#writingBehind?.catch(() => undefined);
    try {
      await this.#calls.close(this.#handle);
    } catch (error) {
      throw writeError(error, this.partPath);
    }
  }
}

/**
 * Removes a .part file, its writer being gone; never throws, so that it can stand where an error is told.
 * @returns whether it is surely gone: its folder may be on a disk that was taken away and comes back.
 */
export async function removePart(partPath: string): Promise<boolean> {
  try {
    await unlink(partPath);
    return true;
  } catch (error) {
    if (!isFsError(error) || error.code !== 'ENOENT') return false;
  }
  return access(dirname(partPath)).then(
    () => true,
    () => false,
  );
}
