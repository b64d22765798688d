import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fsError } from './fs-error.ts';

/** The folder of files that ship with the program: two levels up, from the sources as from the build. */
const RESOURCES = join(import.meta.dirname, '..', '..', 'resources');

/** Reads a file that ships with the program, named by its path below `resources/`. */
export async function readBundled(path: string): Promise<Uint8Array> {
  const full = join(RESOURCES, path);
  try {
    return await readFile(full);
  } catch (error) {
    throw fsError(error, 'read', full);
  }
}
