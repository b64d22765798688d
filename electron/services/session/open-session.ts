import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { fsError, isFsError } from '../../io/fs-error.ts';
import { LOG_FOLDER } from '../../io/read-log.ts';
import { WAL_FOLDER } from '../../io/read-nano-wal.ts';
import { NanoWalSession } from './nano-wal-session.ts';
import type { Session } from './session.ts';
import { TailslateSession } from './tailslate-session.ts';

const MANIFEST = 'session.json';

/**
 * Opens a session folder of either log format; its `session.json` may be named instead.
 * The log folder decides which it is, so that a lost manifest does not hide a session.
 * @throws AppError when it does not exist, cannot be read, or is no session.
 */
export async function openSession(path: string): Promise<Session> {
  const folder = await sessionFolder(resolve(path));
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw fsError(error, 'open', folder);
  }
  if (names.includes(LOG_FOLDER)) return TailslateSession.open(folder);
  if (names.includes(WAL_FOLDER)) return NanoWalSession.open(folder);
  throw new AppError(
    'not-a-session',
    `${folder} is not a session folder: it has neither a ${LOG_FOLDER} nor a ${WAL_FOLDER} folder.`,
    {
      next: names.includes(MANIFEST)
        ? 'Its session.json is there, but the logs are missing: look for them where the session was recorded.'
        : 'Name the folder that holds session.json and the logs.',
    },
  );
}

async function sessionFolder(path: string): Promise<string> {
  try {
    const entry = await stat(path);
    if (entry.isDirectory()) return path;
  } catch (error) {
    if (isFsError(error) && error.code === 'ENOENT') {
      throw new AppError('not-found', `${path} does not exist.`, { next: 'Check the path.', cause: error });
    }
    throw fsError(error, 'open', path);
  }
  if (basename(path) === MANIFEST) return dirname(path);
  throw new AppError('not-a-session', `${path} is a file, not a session folder.`, {
    next: `Name the folder that holds session.json and the logs.`,
  });
}
