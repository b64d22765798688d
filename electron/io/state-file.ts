import { renameSync, writeFileSync } from 'node:fs';
import { readSmallFile } from './small-file.ts';

/** Reads what `writeStateFile` wrote; undefined when there is nothing or nothing that can be understood. */
export async function readStateFile(path: string): Promise<unknown> {
  try {
    const bytes = await readSmallFile(path);
    return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * Puts a value that is nice to have, and that nobody misses after a power cut, into a file; the file is the old one
 * or the new one at any time, never a part. At once, since the process may be about to end; a disk that takes
 * nothing costs nothing but the value.
 */
export function writeStateFile(path: string, value: unknown): void {
  try {
    writeFileSync(`${path}.part`, JSON.stringify(value));
    renameSync(`${path}.part`, path);
  } catch {
    // The next start opens as the first one did.
  }
}
