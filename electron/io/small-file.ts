import { fsError, isFsError } from './fs-error.ts';
import { openToRead } from './open-to-read.ts';

/** A manifest is a few kilobytes; one larger than this is no manifest and is cut off, which its parser reports. */
const MOST_BYTES = 16 << 20;

/** A small file's bytes, undefined when there is none. @throws AppError when it is there but cannot be read. */
export async function readSmallFile(path: string): Promise<Uint8Array | undefined> {
  try {
    const handle = await openToRead(path);
    try {
      const { size } = await handle.stat();
      const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isFsError(error) && (error.code === 'ENOENT' || error.code === 'EISDIR')) return undefined;
    throw fsError(error, 'read', path);
  }
}
