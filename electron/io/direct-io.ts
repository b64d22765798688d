import { promisify } from 'node:util';

/** An import of `node:fs` would load all its parts, which takes 2 ms; these are only two calls. */
const { readSync, writeSync } = process.getBuiltinModule('node:fs');

/**
 * Lets the event loop go round once, so that Ctrl-C and messages of other threads are noticed. Who reads or writes a
 * long file with the calls below awaits this at every block.
 */
export const eventLoopTurn = promisify(setImmediate) as () => Promise<void>;

/**
 * Fills `buffer` with the file's bytes from `positionBytes` on, on this thread. Logs and exports lie in the system's
 * memory mostly, or it reads ahead of us: a copy then takes less time than handing it to another thread, whose core
 * would moreover have the bytes in its cache in place of ours.
 * @returns how many bytes were read; fewer than asked only where the file ends.
 */
export function readAt(fd: number, buffer: Uint8Array, positionBytes: number): number {
  let done = 0;
  while (done < buffer.length) {
    const bytesRead = readSync(fd, buffer, done, buffer.length - done, positionBytes + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** Writes all of `bytes` from `positionBytes` on, on this thread, as `readAt` reads. */
export function writeAt(fd: number, bytes: Uint8Array, positionBytes: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, positionBytes + done);
}
