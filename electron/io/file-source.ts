import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from '../media/byte-source.ts';
import { eventLoopTurn, readAt } from './direct-io.ts';
import { fsError } from './fs-error.ts';
import { openToRead } from './open-to-read.ts';

/** A file as format readers want it. The handle stays the caller's to close. */
export function fileSource(handle: FileHandle, sizeBytes: number, path: string): ByteSource {
  return {
    sizeBytes,
    async read(offsetBytes, lengthBytes, into) {
      const length = Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes));
      const buffer = into !== undefined && into.length >= length ? into : Buffer.allocUnsafe(length);
      await eventLoopTurn();
      try {
        return buffer.subarray(0, readAt(handle.fd, buffer.subarray(0, length), offsetBytes));
      } catch (error) {
        throw fsError(error, 'read', path);
      }
    },
  };
}

/** Opens a file for `work` and closes it afterwards. @throws AppError when it cannot be read. */
export async function withFileSource<T>(path: string, work: (source: ByteSource) => Promise<T>): Promise<T> {
  const handle = await openToRead(path).catch((error: unknown) => {
    throw fsError(error, 'read', path);
  });
  try {
    const { size } = await handle.stat();
    return await work(fileSource(handle, size, path));
  } catch (error) {
    throw fsError(error, 'read', path);
  } finally {
    await handle.close();
  }
}
