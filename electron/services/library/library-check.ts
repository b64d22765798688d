import { access } from 'node:fs/promises';
import { troubleOfError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import type { LibraryDifference } from '../../../shared/model/library-difference.ts';
import { allBatches } from './batch-store.ts';
import type { FolderSync } from './folder-sync.ts';
import type { Shelf } from './shelf.ts';

/** Compares the catalog with the session folders, and finished exports with their files. Changes nothing. */
export async function checkLibrary(
  shelf: Shelf,
  sync: FolderSync,
  signal: AbortSignal,
  onProgress: (done: number, total: number, label: string) => void,
): Promise<LibraryDifference[]> {
  const found: LibraryDifference[] = [];
  for (const fault of shelf.catalog.faults()) found.push({ kind: 'catalog-damaged', fault });
  const known = shelf.catalog.sessions.folders().filter(({ hidden }) => !hidden);
  for (const [done, session] of known.entries()) {
    signal.throwIfAborted();
    onProgress(done, known.length, session.folder);
    const path = shelf.paths.folderOf(session);
    try {
      if (await shelf.isChanged(session)) found.push({ kind: 'session-changed', path });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      found.push({ kind: 'session-unreadable', trouble: troubleOfError(error) });
    }
  }
  for (const path of await sync.unknown()) {
    found.push({ kind: 'session-unlisted', path });
  }
  for (const { title, items } of allBatches(shelf)) {
    for (const { state, result } of items.map(({ view }) => view)) {
      if (state !== 'done' || result === null || (await isFile(result.path))) continue;
      found.push({ kind: 'export-gone', path: result.path, title });
    }
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
