import { eventLoopTurn, readAt } from './direct-io.ts';
import { fsError } from './fs-error.ts';
import { openToRead } from './open-to-read.ts';

/** What a log scanner offers: it consumes whole records and says how many bytes that were. */
export interface WindowScanner {
  scan(bytes: Uint8Array, baseByte: number, final: boolean): number;
}

/** What is read and scanned stays in the processor's cache. */
const BLOCK_BYTES = 256 << 10;

export interface ScanFileOptions {
  /** The most bytes a scanner may leave unread at the end of a window: its longest record. */
  readonly maxRecordBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes read since the last call. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Runs a scanner over a file in windows of about 256 KiB.
 * A record that straddles two blocks is carried over in front of the second, so a window is always contiguous.
 * Returns the file's size in bytes as read.
 * @throws AppError when the file cannot be read; the signal's reason when it is aborted.
 */
export async function scanFile(
  path: string,
  scanner: WindowScanner,
  options: ScanFileOptions,
): Promise<number> {
  const headroom = options.maxRecordBytes;
  const handle = await openToRead(path).catch((error: unknown) => {
    throw fsError(error, 'read', path);
  });
  try {
    const buffer = Buffer.allocUnsafeSlow(headroom + BLOCK_BYTES);
    const block = buffer.subarray(headroom);
    let position = 0;
    let carried = 0;
    for (;;) {
      await eventLoopTurn();
      options.signal?.throwIfAborted();
      const filled = readAt(handle.fd, block, position);
      const final = filled < BLOCK_BYTES;
      const window = buffer.subarray(headroom - carried, headroom + filled);
      const consumed = scanner.scan(window, position - carried, final);
      options.onBytes?.(filled);
      position += filled;
      if (final) return position;
      const rest = window.subarray(consumed);
      if (rest.length > headroom)
        throw new RangeError(`a scanner left ${rest.length} bytes, at most ${headroom} expected`);
      carried = rest.length;
      buffer.copyWithin(headroom - carried, headroom + filled - carried, headroom + filled);
    }
  } catch (error) {
    throw fsError(error, 'read', path);
  } finally {
    await handle.close();
  }
}
