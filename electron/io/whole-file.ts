import { fsError } from './fs-error.ts';
import { openToRead } from './open-to-read.ts';

/** A file's bytes, all at once. @throws AppError when it cannot be read. */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  try {
    const handle = await openToRead(path);
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, 'read', path);
  }
}
