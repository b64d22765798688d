import { open } from 'node:fs/promises';
import { isFsError } from './fs-error.ts';

/** Some network file systems refuse to sync a folder, and one may write into a folder that one cannot open. */
const REFUSED: readonly string[] = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EACCES'];

/**
 * Makes names durable, those given, taken or removed in a folder. Windows has no such call and needs none.
 * Where the system refuses it, nothing more can be done: the data itself is synced already.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isFsError(error) || !REFUSED.includes(error.code ?? '')) throw error;
  }
}
