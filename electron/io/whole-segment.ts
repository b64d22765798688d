import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { parseSeal, SEAL_BYTES } from '../media/log/directory.ts';
import { eventLoopTurn, readAt } from './direct-io.ts';
import { fsError } from './fs-error.ts';

/** What is read and summed stays in the processor's cache. */
const BLOCK_BYTES = 512 << 10;

/**
 * Whether a segment is sealed and every byte of it as it was written: reads it once and compares the CRC-32 of what
 * lies before the seal with the seal's.
 * @throws AppError when the file cannot be read; the signal's reason when it is aborted.
 */
export async function isWholeSegment(
  path: string,
  fileBytes: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (fileBytes < SEAL_BYTES) return false;
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fsError(error, 'read', path);
  });
  try {
    const contentBytes = fileBytes - SEAL_BYTES;
    const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    const tail = block.subarray(0, readAt(handle.fd, block.subarray(0, SEAL_BYTES), contentBytes));
    const seal = parseSeal(tail, fileBytes);
    if (seal === undefined) return false;
    let crc = 0;
    for (let at = 0; at < contentBytes;) {
      await eventLoopTurn();
      signal?.throwIfAborted();
      const filled = readAt(handle.fd, block.subarray(0, Math.min(BLOCK_BYTES, contentBytes - at)), at);
      if (filled === 0) return false;
      crc = crc32(block.subarray(0, filled), crc);
      at += filled;
    }
    return crc === seal.contentCrc32;
  } catch (error) {
    throw fsError(error, 'read', path);
  } finally {
    await handle.close();
  }
}
