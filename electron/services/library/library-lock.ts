import { AppError } from '../../../shared/model/errors.ts';
import { isWritable } from '../../io/folder.ts';
import type { LibraryPorts } from './ports.ts';

export type LibraryLock = Awaited<ReturnType<LibraryPorts['lock']['acquire']>>;

export const NO_LOCK: LibraryLock = { release: () => undefined };

/** The lock of a library; none where nothing can be written, by this program or another. */
export async function lockOf(own: string, { lock }: LibraryPorts): Promise<LibraryLock> {
  try {
    return await lock.acquire(own);
  } catch (error) {
    if (error instanceof AppError && error.code === 'unwritable' && !(await isWritable(own))) return NO_LOCK;
    throw error;
  }
}
