import { copyFile, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fsError } from './fs-error.ts';
import { makeFolder } from './make-folder.ts';
import { syncFolder } from './sync-folder.ts';

/** Copies a folder's files and folders into a new folder, all of them on stable storage at the end. Links are left out. */
export async function copyFolder(from: string, to: string, signal: AbortSignal): Promise<void> {
  try {
    await makeFolder(join(to, '..'));
    await copyInto(from, to, signal);
  } catch (error) {
    throw fsError(error, 'copy-to', to);
  }
}

/** Bytes of all files in a folder. */
export async function folderBytes(folder: string): Promise<number> {
  try {
    let bytes = 0;
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
    }
    return bytes;
  } catch (error) {
    throw fsError(error, 'read-folder', folder);
  }
}

async function copyInto(from: string, to: string, signal: AbortSignal): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    signal.throwIfAborted();
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyInto(source, target, signal);
    else if (entry.isFile()) {
      await copyFile(source, target);
      const handle = await open(target, 'r+');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
  }
  await syncFolder(to);
}
