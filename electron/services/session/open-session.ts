import { basename, dirname, resolve } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { kindOf, namesIn } from '../../io/folder.ts';
import { listLog, LOG_FOLDER } from '../../io/read-log.ts';
import { WAL_FOLDER } from '../../io/read-nano-wal.ts';
import { NanoWalSession } from './nano-wal-session.ts';
import type { Session } from './session.ts';
import { TailslateSession } from './tailslate-session.ts';

const MANIFEST = 'session.json';

/**
 * Opens a session folder of either log format; its `session.json` may be named instead.
 * The log folder decides which it is, so that a lost manifest does not hide a session. Many programs have a folder of
 * that name: without a manifest it has to hold a segment.
 * @throws AppError when it does not exist, cannot be read, or is no session.
 */
export async function openSession(path: string): Promise<Session> {
  const folder = await sessionFolder(resolve(path));
  const names = await namesIn(folder);
  if (names.includes(LOG_FOLDER) && (names.includes(MANIFEST) || (await listLog(folder)).segments.length > 0))
    return TailslateSession.open(folder);
  if (names.includes(WAL_FOLDER)) return NanoWalSession.open(folder);
  throw new AppError(
    'not-a-session',
    `${folder} is not a session folder: it has neither a ${LOG_FOLDER} nor a ${WAL_FOLDER} folder with logs.`,
    {
      next: names.includes(MANIFEST)
        ? 'Its session.json is there, but the logs are missing: look for them where the session was recorded.'
        : 'Name the folder that holds session.json and the logs.',
    },
  );
}

async function sessionFolder(path: string): Promise<string> {
  const kind = await kindOf(path);
  if (kind === 'folder') return path;
  if (kind === undefined) {
    throw new AppError('not-found', `${path} does not exist.`, { next: 'Check the path.' });
  }
  if (basename(path) === MANIFEST) return dirname(path);
  throw new AppError('not-a-session', `${path} is a file, not a session folder.`, {
    next: 'Name the folder that holds session.json and the logs.',
  });
}
