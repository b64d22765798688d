import type { LogHandle } from './files.ts';

/**
 * Writes all of `bytes` at this byte of the file. A disk may take less than it was given: the rest follows at the byte
 * it reached, so nothing is written twice.
 */
export async function writeAll(handle: LogHandle, bytes: Uint8Array, atByte: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const taken = await handle.write(bytes.subarray(done), atByte + done);
    if (taken <= 0) throw new Error('the disk took nothing and gave no reason');
    done += taken;
  }
}
