import { readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { library } from '../../../shared/ipc/contract/library.ts';
import { detailedError, troubleOfError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { nameKey } from '../../../shared/model/file-name.ts';
import type { LibraryNotice } from '../../../shared/model/library-notice.ts';
import type { StoredSession } from '../../catalog/catalog-session.ts';
import { fsError } from '../../io/fs-error.ts';
import { makeFolder } from '../../io/make-folder.ts';
import { syncFolder } from '../../io/sync-folder.ts';
import { freeName } from './intake.ts';
import type { LibraryPorts } from './ports.ts';
import { isThere, type Shelf } from './shelf.ts';

type TrashResult = Infer<(typeof library)['calls']['trash']['output']>;

/** How long a session is only hidden. */
const UNDO_MILLIS = 15_000;

/** Sessions that were hidden at once, and leave when the time of their timer has come. */
interface Leaving {
  readonly sessionIds: Set<string>;
  readonly cancel: () => void;
}

/**
 * Sessions on their way out: hidden at once, moved after a while. A folder that was opened where it lies is never
 * moved: such a session only leaves the list.
 */
export class TrashBin {
  readonly #shelf: Shelf;
  readonly #ports: LibraryPorts;
  readonly #pending = new Map<string, Leaving>();

  constructor(shelf: Shelf, ports: LibraryPorts) {
    this.#shelf = shelf;
    this.#ports = ports;
  }

  /** @param whenDue is called with sessions whose time has come, for `empty`. */
  async hide(
    sessionIds: readonly string[],
    whenDue: (sessionIds: readonly string[]) => void,
  ): Promise<TrashResult> {
    const trashed = new Set<string>();
    const failed: TrashResult['failed'][number][] = [];
    for (const sessionId of new Set(sessionIds)) {
      try {
        const session = this.#shelf.require(sessionId);
        if (await this.#ports.isHeld(this.#shelf.folderOf(session))) {
          throw detailedError({ kind: 'session-recorded', title: session.row.title });
        }
        this.#shelf.catalog.sessions.setHidden(sessionId, true);
        trashed.add(sessionId);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        failed.push({ sessionId, trouble: troubleOfError(error) });
      }
    }
    const answer = { trashed: [...trashed], failed };
    if (trashed.size === 0) return answer;
    const cancel = this.#ports.timers.after(UNDO_MILLIS, () => {
      whenDue([...trashed]);
    });
    for (const sessionId of trashed) this.#pending.set(sessionId, { sessionIds: trashed, cancel });
    return answer;
  }

  /** Brings back what a program that died was about to move: nobody can undo that any more. */
  giveBackAll(): void {
    const { sessions } = this.#shelf.catalog;
    for (const { sessionId, hidden } of sessions.folders()) if (hidden) sessions.setHidden(sessionId, false);
  }

  /** Brings back what is only hidden as yet. */
  restore(sessionIds: readonly string[]): string[] {
    return sessionIds.filter((sessionId) => {
      const leaving = this.#pending.get(sessionId);
      if (leaving === undefined) return false;
      this.#pending.delete(sessionId);
      // Hidden again later, it has its whole time again.
      leaving.sessionIds.delete(sessionId);
      if (leaving.sessionIds.size === 0) leaving.cancel();
      this.#shelf.catalog.sessions.setHidden(sessionId, false);
      return true;
    });
  }

  /** What is hidden and not yet moved. */
  pending(): readonly string[] {
    return [...this.#pending.keys()];
  }

  /** No more timers: whoever closes the library empties the bin. */
  cancelTimers(): void {
    for (const { cancel } of this.#pending.values()) cancel();
  }

  /** Moves those of the sessions that are still hidden. One that cannot be moved is back in the lists, and told. */
  async empty(
    sessionIds: readonly string[],
    tell: (notice: LibraryNotice, sessionId: string) => void,
  ): Promise<void> {
    for (const sessionId of sessionIds) {
      if (!this.#pending.delete(sessionId)) continue;
      const session = this.#shelf.catalog.sessions.get(sessionId);
      if (session === undefined) continue;
      try {
        await this.#move(session);
        this.#shelf.catalog.sessions.remove(sessionId);
      } catch (error) {
        this.#shelf.catalog.sessions.setHidden(sessionId, false);
        const trouble = troubleOfError(
          error instanceof AppError ? error : new AppError('internal', String(error)),
        );
        tell({ kind: 'trash-failed', title: session.row.title, trouble }, sessionId);
      }
    }
  }

  async #move(session: StoredSession): Promise<void> {
    const { row, folder } = session;
    const at = { place: row.place, folder, sessionId: row.sessionId };
    const path = this.#shelf.paths.folderOf(at);
    if (row.place === 'library' && (await isThere(path))) await this.#moveFolder(path);
    // What people noted goes the same way, so that it can be looked up.
    const document = await this.#shelf.annotations.unlink(at);
    if (document !== undefined) await this.#moveToOwn(document);
  }

  async #moveFolder(path: string): Promise<void> {
    try {
      await this.#ports.trash.move(path);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
      await this.#moveToOwn(path);
    }
  }

  async #moveToOwn(path: string): Promise<void> {
    const { trash } = this.#shelf.paths;
    try {
      await makeFolder(trash);
      const taken = new Set((await readdir(trash)).map(nameKey));
      await rename(path, join(trash, freeName(basename(path), taken)));
      await syncFolder(trash);
    } catch (error) {
      throw fsError(error, 'trash', path);
    }
  }
}
