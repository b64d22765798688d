import { readdir, stat } from 'node:fs/promises';
import { troubleOfError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { library } from '../../../shared/ipc/contract/library.ts';
import { fsError, isFsError } from '../../io/fs-error.ts';
import type { SessionPlace } from './paths.ts';
import { isThere, type Shelf, type Taken } from './shelf.ts';

export type Refusal = Infer<(typeof library)['calls']['rebuild']['output']>['refused'][number];

/** What one pass over the folders found. */
export interface SyncResult {
  readonly taken: readonly Taken[];
  readonly refused: readonly Refusal[];
  /** Whether any list may look different now. */
  readonly changed: boolean;
  /** Whether a folder came or changed that is no session, or not yet. */
  readonly isUnsure: boolean;
}

/** Finds what came, went or came back on the disk, folder by folder; files of known sessions are not read. */
export class FolderSync {
  readonly #shelf: Shelf;
  /** Folders in the library that hold no session, with the time of their last change; not tried again until then. */
  readonly #strangers = new Map<string, number>();

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /**
   * @param onProgress folders that are new, done and in all.
   * @param again whether known sessions are compared with their files too; those that have not changed are not read.
   */
  async run(
    signal: AbortSignal,
    onProgress: (done: number, total: number, label: string) => void,
    again = false,
  ): Promise<SyncResult> {
    const { fresh, changed } = await this.#compare(again);
    const taken: Taken[] = [];
    const refused: Refusal[] = [];
    let isUnsure = false;
    for (const [done, at] of fresh.entries()) {
      signal.throwIfAborted();
      onProgress(done, fresh.length, at.folder);
      try {
        taken.push(await this.#shelf.takeIn(at, signal));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const path = this.#shelf.paths.folderOf(at);
        if (error.code !== 'not-a-session') refused.push(refusal(path, error));
        await this.#remember(at, path);
        isUnsure = true;
      }
    }
    return { taken, refused, changed: changed || taken.length > 0, isUnsure };
  }

  /** Folders that may be sessions and are not in the catalog. */
  async unknown(): Promise<string[]> {
    const { catalog, paths } = this.#shelf;
    const known = new Set(catalog.sessions.folders().map(({ folder }) => folder));
    const found: string[] = [];
    for (const folder of await sessionNames(paths.root)) {
      if (!known.has(folder) && (await this.#mayBeSession(folder))) {
        found.push(paths.folderOf({ place: 'library', folder }));
      }
    }
    return found.sort();
  }

  /** Marks what is missing or back, and returns what has to be read. */
  async #compare(again: boolean): Promise<{ fresh: SessionPlace[]; changed: boolean }> {
    const { catalog, annotations, paths } = this.#shelf;
    const names = new Set(await sessionNames(paths.root));
    const known = catalog.sessions.folders();
    const fresh: SessionPlace[] = [];
    let changed = false;
    for (const { sessionId, place, folder, missing, recording, hidden } of known) {
      if (hidden) continue;
      const present = place === 'library' ? names.has(folder) : await isThere(folder);
      if (present === missing) {
        catalog.sessions.setMissing(sessionId, !present);
        changed = true;
      }
      if (present && (recording || again)) fresh.push({ place, folder });
    }
    const inLibrary = new Set(known.filter(({ place }) => place === 'library').map(({ folder }) => folder));
    for (const name of [...names].sort()) {
      if (!inLibrary.has(name) && (await this.#mayBeSession(name)))
        fresh.push({ place: 'library', folder: name });
    }
    const linked = new Set(known.filter(({ place }) => place === 'linked').map(({ folder }) => folder));
    for (const { annotations: document } of (await annotations.linked()).values()) {
      const { place, folder } = document;
      if (place === 'linked' && folder !== undefined && !linked.has(folder) && (await isThere(folder))) {
        fresh.push({ place, folder });
      }
    }
    return { fresh, changed };
  }

  async #mayBeSession(name: string): Promise<boolean> {
    const tried = this.#strangers.get(name);
    if (tried === undefined) return true;
    return tried !== (await changeTime(this.#shelf.paths.folderOf({ place: 'library', folder: name })));
  }

  async #remember({ place, folder }: SessionPlace, path: string): Promise<void> {
    if (place === 'library') this.#strangers.set(folder, (await changeTime(path)) ?? 0);
  }
}

export function refusal(path: string, error: AppError): Refusal {
  return { path, trouble: troubleOfError(error) };
}

async function sessionNames(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    return entries
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch (error) {
    // A disk that was taken out: its sessions are missing.
    if (isFsError(error) && error.code === 'ENOENT') return [];
    throw fsError(error, 'read-folder', root);
  }
}

async function changeTime(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
