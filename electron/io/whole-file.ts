import { readFile } from 'node:fs/promises';
import { fsError } from './fs-error.ts';

/** A file's bytes, all at once. @throws AppError when it cannot be read. */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw fsError(error, 'read', path);
  }
}
