import { basename, dirname, resolve } from 'node:path';
import { detailedError } from '../../../shared/model/detailed-error.ts';
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
  throw detailedError({ kind: names.includes(MANIFEST) ? 'logs-missing' : 'not-a-session', path: folder });
}

/** The folder that is meant by a path to it or to its `session.json`. @throws AppError for anything else. */
export async function sessionFolder(path: string): Promise<string> {
  const kind = await kindOf(path);
  if (kind === 'folder') return path;
  if (kind === undefined) {
    throw detailedError({ kind: 'not-there', path });
  }
  if (basename(path) === MANIFEST) return dirname(path);
  throw detailedError({ kind: 'no-folder', path });
}
