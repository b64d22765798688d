import { join } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { kindOf, namesIn } from '../../io/folder.ts';
import { LOG_FOLDER } from '../../io/read-log.ts';
import { readSmallFile } from '../../io/small-file.ts';
import { MANIFEST_FILE, parseManifest } from '../../media/log/manifest.ts';
import { TailslateSession } from '../session/tailslate-session.ts';

/** What lies in a library without an end. */
export interface Unfinished {
  /** Sessions that nobody records any more, for `recoverSession`; folders in order of their names. */
  readonly sessions: readonly {
    readonly folder: string;
    readonly sessionId: string;
    readonly title: string;
  }[];
  /** Sessions that somebody records right now, here or in another process. */
  readonly held: readonly { readonly folder: string; readonly holder: string }[];
  /** Folders that look like sessions and cannot be read. */
  readonly unreadable: readonly { readonly folder: string; readonly error: AppError }[];
}

/**
 * Finds the sessions of a library folder that were not ended: session.json gives no end, or cannot be read, and the log
 * has no end record. Only logs without an end are looked into, so that a library of thousands starts quickly.
 * @throws AppError when the library folder cannot be read.
 */
export async function findUnfinished(
  libraryFolder: string,
  isHeld: (folder: string) => Promise<string | undefined>,
): Promise<Unfinished> {
  const sessions: Unfinished['sessions'][number][] = [];
  const held: Unfinished['held'][number][] = [];
  const unreadable: Unfinished['unreadable'][number][] = [];
  for (const name of [...(await namesIn(libraryFolder))].sort()) {
    const folder = join(libraryFolder, name);
    try {
      if ((await kindOf(join(folder, LOG_FOLDER))) !== 'folder' || (await saysItsEnd(folder))) continue;
      const holder = await isHeld(folder);
      if (holder !== undefined) {
        held.push({ folder, holder });
        continue;
      }
      const { id, title, declaredEndSamples } = await TailslateSession.open(folder);
      if (declaredEndSamples === null) sessions.push({ folder, sessionId: id, title });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      unreadable.push({ folder, error });
    }
  }
  return { sessions, held, unreadable };
}

/** session.json gets its end after the log has its own. */
async function saysItsEnd(folder: string): Promise<boolean> {
  const { manifest } = parseManifest(await readSmallFile(join(folder, MANIFEST_FILE)));
  return typeof manifest?.endSamples === 'number';
}
