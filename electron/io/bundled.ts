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

/**
 * Where a file of the built program is read from. The installed terminal's programs lie beside the archive, for a
 * plain Node too; what only Electron's Node has to read stays in it.
 */
export function inArchive(path: string): string {
  return 'electron' in process.versions ? path.replace('app.asar.unpacked', 'app.asar') : path;
}

/** Names and licences of everything shipped, which the build gathers; also for programs that run from the sources. */
export async function readLicences(): Promise<string> {
  const path = inArchive(join(RESOURCES, '..', 'out', 'licences.txt'));
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fsError(error, 'read', path);
  }
}
