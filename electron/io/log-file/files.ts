import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { FolderLock } from '../folder-lock.ts';
import { makeFolder } from '../make-folder.ts';
import { syncFolder } from '../sync-folder.ts';

/** A file that is being appended to. Calls reject with what the system says. */
export interface LogHandle {
  /** Writes some of `bytes`, from the first on, at this byte of the file; returns how many. */
  write(bytes: Uint8Array, atByte: number): Promise<number>;
  /** Makes the bytes durable that were written before the call. */
  datasync(): Promise<void>;
  /** The same, and all that the file system knows about the file. */
  sync(): Promise<void>;
  /** False once the file was deleted: writing still succeeds then, into nothing. */
  isNamed(): Promise<boolean>;
  close(): Promise<void>;
}

/** What a log needs of a disk. Calls reject with what the system says. */
export interface LogFiles {
  /** Creates a folder and those above it, durably; returns whether it was missing. */
  makeFolder(folder: string): Promise<boolean>;
  /** Creates one folder, not yet durably. */
  makeSubfolder(folder: string): Promise<void>;
  namesIn(folder: string): Promise<readonly string[]>;
  /** A new file; one of that name is an error. */
  create(path: string): Promise<LogHandle>;
  /** A new or emptied file. */
  replace(path: string): Promise<LogHandle>;
  rename(from: string, to: string): Promise<void>;
  /** Makes names in the folder durable. */
  syncFolder(folder: string): Promise<void>;
  /** Removes a file, or a folder with all that it holds; nothing there is fine. */
  remove(path: string): Promise<void>;
  /** @throws AppError `locked` when another holds it. */
  lock(folder: string, holder: string): Promise<{ release(): Promise<void> }>;
}

/** The machine's disks. */
export const SYSTEM_FILES: LogFiles = {
  makeFolder: (folder) => makeFolder(folder),
  makeSubfolder: (folder) => mkdir(folder),
  namesIn: (folder) => readdir(folder),
  create: (path) => openHandle(path, 'wx'),
  replace: (path) => openHandle(path, 'w'),
  rename,
  syncFolder,
  remove: (path) => rm(path, { recursive: true, force: true }),
  lock: (folder, holder) => FolderLock.acquire(folder, holder),
};

async function openHandle(path: string, flags: 'wx' | 'w'): Promise<LogHandle> {
  const handle = await open(path, flags);
  return {
    write: async (bytes, atByte) => (await handle.write(bytes, 0, bytes.length, atByte)).bytesWritten,
    datasync: () => handle.datasync(),
    sync: () => handle.sync(),
    isNamed: async () => (await handle.stat()).nlink > 0,
    close: () => handle.close(),
  };
}
