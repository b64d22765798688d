import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { detailedError } from '../../shared/model/detailed-error.ts';
import { AppError } from '../../shared/model/errors.ts';
import { isFsError } from './fs-error.ts';

/** Opening a pipe would wait for somebody who writes into it. Windows has neither the flag nor such pipes. */
const FLAGS = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

/**
 * Opens a file to be read, and nothing that never ends or never begins.
 * @throws AppError('unsupported') for a pipe, a socket or a device; what the system says otherwise.
 */
export async function openToRead(path: string): Promise<FileHandle> {
  const handle = await open(path, FLAGS).catch((error: unknown) => {
    // What the system says of a socket.
    throw isFsError(error) && error.code === 'ENXIO' ? noFile(path) : error;
  });
  try {
    const found = await handle.stat();
    if (!found.isFile() && !found.isDirectory()) throw noFile(path);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** An error for what bears a file's name and is none. */
export function noFile(path: string): AppError {
  return detailedError({ kind: 'no-file', path });
}
