import { open } from 'node:fs/promises';
import { fsError } from './fs-error.ts';

/** What a log scanner offers: it consumes whole records and says how many bytes that were. */
export interface WindowScanner {
  scan(bytes: Uint8Array, baseByte: number, final: boolean): number;
}

const BLOCK_BYTES = 1 << 20;

export interface ScanFileOptions {
  /** The most bytes a scanner may leave unread at the end of a window: its longest record. */
  readonly maxRecordBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes read since the last call. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Runs a scanner over a file in windows of about 1 MiB; the next block is read while one is scanned.
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
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fsError(error, 'read', path);
  });
  try {
    const buffers = [
      Buffer.allocUnsafeSlow(headroom + BLOCK_BYTES),
      Buffer.allocUnsafeSlow(headroom + BLOCK_BYTES),
    ];
    let turn = 0;
    let position = 0;
    let carried = 0;
    const readBlock = (buffer: Buffer, at: number) => handle.read(buffer, headroom, BLOCK_BYTES, at);
    let current = buffers[0] as Buffer;
    let filled = (await readBlock(current, 0)).bytesRead;
    for (;;) {
      options.signal?.throwIfAborted();
      const final = filled < BLOCK_BYTES && (await atEnd(handle, position + filled));
      turn ^= 1;
      const other = buffers[turn] as Buffer;
      const upcoming = final ? undefined : readBlock(other, position + filled);
      const window = current.subarray(headroom - carried, headroom + filled);
      let consumed: number;
      try {
        consumed = scanner.scan(window, position - carried, final);
      } catch (error) {
        await upcoming?.catch(() => undefined);
        throw error;
      }
      options.onBytes?.(filled);
      position += filled;
      if (upcoming === undefined) return position;
      const rest = window.subarray(consumed);
      if (rest.length > headroom)
        throw new RangeError(`a scanner left ${rest.length} bytes, at most ${headroom} expected`);
      filled = (await upcoming).bytesRead;
      rest.copy(other, headroom - rest.length);
      carried = rest.length;
      current = other;
    }
  } catch (error) {
    throw fsError(error, 'read', path);
  } finally {
    await handle.close();
  }
}

/** A short read means the end of the file only when nothing follows; network disks return short reads too. */
async function atEnd(
  handle: { read: (b: Buffer, o: number, l: number, p: number) => Promise<{ bytesRead: number }> },
  position: number,
): Promise<boolean> {
  const probe = Buffer.alloc(1);
  return (await handle.read(probe, 0, 1, position)).bytesRead === 0;
}
