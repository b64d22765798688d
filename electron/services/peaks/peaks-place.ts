import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { makeFolder } from '../../io/make-folder.ts';
import { fsError } from '../../io/fs-error.ts';
import { PeaksFile } from '../../io/peaks-file.ts';
import type { FileHeader } from '../../media/peaks/layout.ts';
import type { Session } from '../session/session.ts';

/** The folder of a session of ours that holds its peaks. */
const PEAKS_FOLDER = 'peaks';

/** Where a player's peaks may lie, and whose they are. */
export interface PeaksPlace {
  /** Best first: beside the session where that is ours, then in the cache. */
  readonly folders: readonly string[];
  readonly file: string;
  readonly identity: Uint8Array;
}

/** Where the peaks of this player are kept. A session that is not ours gets nothing written into its folder. */
export function peaksPlace(session: Session, playerId: string, cacheFolder: string): PeaksPlace {
  const identity = createHash('sha256').update(`${session.id}\0${playerId}`).digest();
  // Two copies of a session share an id, but not what is in them.
  const cached = createHash('sha256').update(`${session.folder}\0${session.id}`).digest('hex').slice(0, 32);
  const inCache = join(cacheFolder, cached);
  return {
    folders: session.format === 'tailslate' ? [join(session.folder, PEAKS_FOLDER), inCache] : [inCache],
    // Players of other formats have ids that need not be file names.
    file: `${/^\d{1,10}$/.test(playerId) ? playerId : identity.toString('hex').slice(0, 32)}.tsp`,
    identity,
  };
}

/** Opens the peaks that are there, of the folders in turn; undefined when there are none. */
export async function openPeaks({
  folders,
  file,
  identity,
}: PeaksPlace): Promise<{ readonly file: PeaksFile; readonly header: FileHeader } | undefined> {
  for (const folder of folders) {
    const peaks = await PeaksFile.openToRead(join(folder, file));
    if (peaks === undefined) continue;
    let header: FileHeader | undefined;
    try {
      header = await peaks.header(identity);
    } finally {
      if (header === undefined) await peaks.close();
    }
    if (header !== undefined) return { file: peaks, header };
  }
  return undefined;
}

/** Opens the player's file to be written, in the first folder where that can be. @throws AppError when none can. */
export async function createPeaks({ folders, file }: PeaksPlace): Promise<PeaksFile> {
  let refused: unknown;
  for (const folder of folders) {
    const path = join(folder, file);
    try {
      await makeFolder(folder);
      return await PeaksFile.openToWrite(path);
    } catch (error) {
      refused = fsError(error, 'write', path);
    }
  }
  throw refused;
}

/** What is said of a player that a session does not have. */
export function noPlayer(sessionFolder: string, playerId: string): AppError {
  return new AppError('not-found', `${sessionFolder} has no player ${playerId}.`, {
    next: 'Run "tailslate inspect" to see its players.',
  });
}
