import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { parseSeal, SEAL_BYTES } from '../media/log/directory.ts';
import { readAt } from './direct-io.ts';
import { fsError } from './fs-error.ts';
import { openToRead } from './open-to-read.ts';

/** Two of them stay in the processor's cache: one is read while the other is summed. */
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
  const handle = await openToRead(path).catch((error: unknown) => {
    throw fsError(error, 'read', path);
  });
  try {
    const contentBytes = fileBytes - SEAL_BYTES;
    const tail = Buffer.alloc(SEAL_BYTES);
    const seal = parseSeal(tail.subarray(0, readAt(handle.fd, tail, contentBytes)), fileBytes);
    if (seal === undefined) return false;
    let crc = 0;
    for await (const block of readingAhead(handle, contentBytes)) {
      signal?.throwIfAborted();
      if (block.length === 0) return false;
      crc = crc32(block, crc);
    }
    return crc === seal.contentCrc32;
  } catch (error) {
    throw fsError(error, 'read', path);
  } finally {
    await handle.close();
  }
}

/**
 * The first `endByte` bytes of a file in order, each block valid until the next is asked for. Another thread reads that
 * one meanwhile, which takes half as long as summing this one. Where the file ends earlier, the last block is empty.
 */
async function* readingAhead(handle: FileHandle, endByte: number): AsyncGenerator<Buffer, void> {
  const blockBytes = Math.min(BLOCK_BYTES, endByte);
  let [memory, spare] = [Buffer.allocUnsafeSlow(blockBytes), Buffer.allocUnsafeSlow(blockBytes)];
  const read = (into: Buffer, at: number) => handle.read(into, 0, Math.min(blockBytes, endByte - at), at);
  let reading = read(memory, 0);
  for (let at = 0; at < endByte;) {
    const { bytesRead } = await reading;
    at += bytesRead;
    const block = memory.subarray(0, bytesRead);
    [memory, spare] = [spare, memory];
    const isLast = bytesRead === 0 || at === endByte;
    if (!isLast) reading = read(memory, at);
    try {
      yield block;
    } finally {
      await reading;
    }
    if (isLast) return;
  }
}
