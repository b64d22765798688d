import type { ByteSource } from './byte-source.ts';

/** A block that was just read is still in the processor's cache when it is looked at. */
const BLOCK_BYTES = 256 << 10;

/** How a long read reports and is stopped. */
export interface ReadProgress {
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a stretch of the source once, in order, handing out blocks. Ends early, without an error, where the source
 * does.
 * @throws the signal's reason when it is aborted.
 */
export async function readBlocks(
  source: ByteSource,
  startByte: number,
  endByte: number,
  { onProgress, signal }: ReadProgress,
  visit: (block: Uint8Array, startByte: number) => void,
): Promise<void> {
  const memory = new Uint8Array(Math.max(0, Math.min(BLOCK_BYTES, endByte - startByte)));
  for (let at = startByte; at < endByte;) {
    signal?.throwIfAborted();
    const block = await source.read(at, Math.min(BLOCK_BYTES, endByte - at), memory);
    if (block.length === 0) return;
    visit(block, at);
    at += block.length;
    onProgress?.(at - startByte, endByte - startByte);
  }
}
