import { access } from 'node:fs/promises';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { library } from '../../../shared/ipc/contract/library.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { allBatches } from './batch-store.ts';
import { cut } from './session-facts.ts';
import type { FolderSync } from './folder-sync.ts';
import type { Shelf } from './shelf.ts';

type Difference = Infer<(typeof library)['calls']['check']['output']>['differences'][number];

/** Compares the catalog with the session folders, and finished exports with their files. Changes nothing. */
export async function checkLibrary(
  shelf: Shelf,
  sync: FolderSync,
  signal: AbortSignal,
  onProgress: (done: number, total: number, label: string) => void,
): Promise<Difference[]> {
  const found: Difference[] = [];
  const note = (what: string, next: string): void => {
    found.push({ what: cut(what, 2000), next: cut(next, 2000) });
  };
  for (const fault of shelf.catalog.faults())
    note(`The catalog is damaged: ${fault}`, 'Rebuild the catalog.');
  const known = shelf.catalog.sessions.folders().filter(({ hidden }) => !hidden);
  for (const [done, session] of known.entries()) {
    signal.throwIfAborted();
    onProgress(done, known.length, session.folder);
    const path = shelf.paths.folderOf(session);
    try {
      if (await shelf.isChanged(session)) {
        note(`${path} has changed since it was read.`, 'Open the session, or rebuild the catalog.');
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      note(error.message, error.next ?? 'Put the folder back, or move the session to the trash.');
    }
  }
  for (const path of await sync.unknown()) {
    note(`${path} is in no list yet.`, 'Rebuild the catalog.');
  }
  for (const { title, items } of allBatches(shelf)) {
    for (const { state, result } of items.map(({ view }) => view)) {
      if (state !== 'done' || result === null || (await isFile(result.path))) continue;
      note(
        `${result.path} of the export "${title}" is not there any more.`,
        'Export it again if it is needed.',
      );
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
