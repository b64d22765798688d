import type { Implementation } from '../../../shared/ipc/declare.ts';
import type { library as contract } from '../../../shared/ipc/contract/library.ts';
import { AppError } from '../../../shared/model/errors.ts';
import type { LibraryNotice } from '../../../shared/model/library-notice.ts';
import { fsError } from '../../io/fs-error.ts';
import { makeFolder } from '../../io/make-folder.ts';
import { Adding } from './adding.ts';
import { LibraryBatches } from './batch-store.ts';
import { CatalogRepair } from './catalog-repair.ts';
import { Editor } from './editor.ts';
import { Intake, SAMPLE_TITLE } from './intake.ts';
import { readLanes } from './lanes.ts';
import { checkLibrary } from './library-check.ts';
import { type LibraryLock, lockOf, NO_LOCK } from './library-lock.ts';
import { LibraryState } from './library-state.ts';
import { Looking } from './looking.ts';
import { LibraryPaths } from './paths.ts';
import type { LibraryPorts } from './ports.ts';
import type { SessionDetail } from './session-entry.ts';
import { SessionPages } from './session-pages.ts';
import { isThere, Shelf } from './shelf.ts';
import { TrashBin } from './trash-bin.ts';
import { Turns } from '../turns.ts';
import { verifyLogs } from './verify-logs.ts';
import { Watching } from './watching.ts';

type Calls = Implementation<typeof contract>['calls'];

/** The sessions of one library folder, and those linked from elsewhere: `Implementation` of the contract's library. */
export class Library implements Implementation<typeof contract> {
  readonly values: { readonly state: LibraryState };
  readonly calls: Calls;
  /** Where the export queue keeps its batches. */
  readonly batches: LibraryBatches;
  readonly #ports: LibraryPorts;
  readonly #shelf: Shelf;
  readonly #state: LibraryState;
  readonly #lock: LibraryLock;
  readonly #looking: Looking;
  readonly #intake: Intake;
  readonly #editor: Editor;
  readonly #trash: TrashBin;
  readonly #watching: Watching;
  readonly #repair: CatalogRepair;
  readonly #pages: SessionPages;
  readonly #turns = new Turns();
  /** Stops all reading; what is written down at that moment is written to its end. */
  readonly #stop = new AbortController();
  #isClosed = false;
  readonly #adding = new Adding(this.#stop.signal);

  private constructor(shelf: Shelf, ports: LibraryPorts, state: LibraryState, lock: LibraryLock) {
    this.#shelf = shelf;
    this.#ports = ports;
    this.#state = state;
    this.#lock = lock;
    this.#looking = new Looking(shelf, ports, state, this.#stop.signal, ({ changed, isUnsure }) => {
      if (changed) this.#changed();
      this.#watching.looked(isUnsure);
    });
    this.#intake = new Intake(
      shelf,
      ports,
      (taken) => {
        state.tellOf(taken);
      },
      (notice, sessionId) => {
        this.#state.notice(notice, sessionId);
      },
    );
    this.#editor = new Editor(shelf);
    this.#trash = new TrashBin(shelf, ports);
    this.batches = new LibraryBatches(shelf, this.#changed, () => {
      void this.#repair.take().catch(this.#noteFault);
    });
    this.#repair = new CatalogRepair(shelf, this.#turns, async () => {
      state.notice({ kind: 'catalog-renewed' });
      await shelf.startAnew(true);
      this.batches.refill();
      await this.#looking.fill(() => this.#trash.pending());
    });
    this.#pages = new SessionPages(shelf, ports, this.#turns, this.#stop.signal, this.#changed);
    this.#watching = new Watching(shelf.paths.root, ports, () => {
      void this.refresh().catch(this.#noteFault);
    });
    this.values = { state };
    this.calls = this.#makeCalls();
  }

  /**
   * Opens a library folder, which is made if need be. What changed on the disk is found in the background: `settled`
   * tells when.
   * @throws AppError('locked') when another program has it open, and whatever keeps its folder from being read.
   */
  static async open(folder: string, ports: LibraryPorts): Promise<Library> {
    const paths = new LibraryPaths(folder);
    const state = new LibraryState();
    try {
      await makeFolder(paths.own);
    } catch (error) {
      if (!(await isThere(folder))) throw fsError(error, 'make-folder', folder);
    }
    const lock = (await isThere(paths.own)) ? await lockOf(paths.own, ports) : NO_LOCK;
    try {
      const shelf = await Shelf.open(paths, ports, (notice) => {
        state.notice(notice);
      });
      const library = new Library(shelf, ports, state, lock);
      if (!shelf.catalog.isComplete) library.batches.refill();
      library.#changed();
      void library.#turns.take(() => library.#start()).catch(library.#noteFault);
      return library;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Tells people something that they should know before they go on. */
  notice(notice: LibraryNotice): void {
    this.#state.notice(notice);
  }

  /** The same, unless one of its kind was told already. @returns whether it is told now. */
  noticeOnce(notice: LibraryNotice): boolean {
    return this.#state.noticeOnce(notice);
  }

  /** When nothing that was begun is under way any more. */
  settled(): Promise<void> {
    return this.#turns.idle();
  }

  /** The session folder's absolute path. @throws AppError('not-found') when the library does not have the session. */
  folderOf(sessionId: string): string {
    return this.#shelf.folderOf(this.#shelf.require(sessionId));
  }

  /** Looks at the folders again: somebody began or ended a recording, or files came and went. */
  refresh(): Promise<void> {
    return this.#looking.soon(this.#turns);
  }

  /**
   * Stops reading and adding, writes down what was asked for and lets others open the library. A catalog that was
   * being filled is filled by the next start.
   */
  async close(): Promise<void> {
    this.#trash.cancelTimers();
    this.#adding.cancel();
    this.#watching.close();
    this.#stop.abort(closing());
    await this.#turns.idle();
    this.#isClosed = true;
    try {
      await this.#emptyTrash(this.#trash.pending());
      this.#shelf.catalog.close();
    } finally {
      await this.#lock.release();
    }
  }

  /** That the library was closed is no fault. */
  readonly #noteFault = (error: unknown): void => {
    if (error !== this.#stop.signal.reason) this.#ports.noteFault(error);
  };

  #makeCalls(): Calls {
    const sessions = (): Shelf['catalog']['sessions'] => this.#shelf.catalog.sessions;
    return {
      list: ({ offset, limit, ...query }) =>
        this.#ask(() => {
          if (this.#looking.takeDue()) void this.refresh().catch(this.#noteFault);
          return sessions().list(query, offset, limit);
        }),
      ids: (query) => this.#ask(() => ({ sessionIds: sessions().ids(query) })),
      get: ({ sessionId }) => this.#ask(() => this.#pages.read(sessionId)),
      lanes: ({ sessionId }) =>
        this.#ask(async () => ({ lanes: await readLanes(this.folderOf(sessionId), this.#stop.signal) })),
      edit: ({ sessionId, ...changes }) => this.#edit(sessionId, () => this.#editor.edit(sessionId, changes)),
      editPlayer: ({ sessionId, playerId, ...changes }) =>
        this.#edit(sessionId, () => this.#editor.editPlayer(sessionId, playerId, changes)),
      setTimecode: ({ sessionId, ...timecode }) =>
        this.#edit(sessionId, () => this.#editor.setTimecode(sessionId, timecode)),
      putMarker: ({ sessionId, marker }) =>
        this.#edit(sessionId, () => this.#editor.putMarker(sessionId, marker)),
      removeMarker: ({ sessionId, markerId }) =>
        this.#edit(sessionId, () => this.#editor.removeMarker(sessionId, markerId)),
      add: ({ paths, copy }) => {
        const signal = this.#adding.signal;
        return this.#change(() =>
          this.#intake.add(paths, copy, signal, (done, total, label) => {
            this.#state.task('adding', done, total, label);
          }),
        );
      },
      cancelAdding: () => {
        this.#adding.cancel();
        return Promise.resolve({});
      },
      addSample: () => {
        const signal = this.#adding.signal;
        return this.#change(async () => {
          this.#state.task('adding', 0, 1, SAMPLE_TITLE);
          return { sessionId: await this.#intake.addSample(signal) };
        });
      },
      trash: ({ sessionIds }) =>
        this.#change(() =>
          this.#trash.hide(sessionIds, (due) => {
            void this.#change(() => this.#emptyTrash(due)).catch(this.#noteFault);
          }),
        ),
      restore: ({ sessionIds }) =>
        this.#change(() => Promise.resolve({ restored: this.#trash.restore(sessionIds) })),
      tags: () => this.#ask(() => ({ tags: sessions().tags() })),
      storage: () => this.#ask(() => this.#shelf.storage()),
      check: () =>
        this.#change(async () => ({
          differences: await checkLibrary(
            this.#shelf,
            this.#looking.sync,
            this.#stop.signal,
            (done, total, label) => {
              this.#state.task('checking', done, total, label);
            },
          ),
        })),
      verifyLogs: ({ sessionId }) =>
        this.#change(() =>
          verifyLogs(this.#shelf, this.#ports, sessionId, this.#stop.signal, (done, total, title) => {
            this.#state.task('checking', done, total, title);
          }),
        ),
      rebuild: () =>
        this.#change(async () => {
          await this.#shelf.startAnew(false);
          this.batches.refill();
          const { refused } = await this.#looking.fill(() => this.#trash.pending());
          return { sessions: sessions().totals().sessions, refused };
        }),
    };
  }

  /** What the start of the program finds. */
  async #start(): Promise<void> {
    await this.#intake.clearLeftovers().catch(this.#ports.noteFault);
    this.#trash.giveBackAll();
    const { isComplete, wasClosed } = this.#shelf.catalog;
    if (!isComplete) await this.#looking.fill(() => this.#trash.pending());
    // A program that died may have written down what its catalog was not told any more.
    else await (wasClosed ? this.#looking.look() : this.#looking.look('checking', true));
  }

  async #edit(sessionId: string, work: () => Promise<void>): Promise<SessionDetail> {
    await this.#change(work);
    return this.#pages.known(sessionId);
  }

  /** Work that changes sessions: one at a time, and whoever watches is told. */
  #change<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() =>
      this.#ask(async () => {
        try {
          return await work();
        } finally {
          this.#state.taskDone();
          this.#changed();
        }
      }, true),
    );
  }

  /** Does what a call asks for. */
  async #ask<T>(work: () => T | Promise<T>, inTurn = false): Promise<T> {
    if (this.#isClosed) throw closing();
    return this.#repair.around(work, inTurn);
  }

  #emptyTrash(sessionIds: readonly string[]): Promise<void> {
    return this.#trash.empty(sessionIds, (notice, sessionId) => {
      this.#state.notice(notice, sessionId);
    });
  }

  readonly #changed = (): void => {
    this.#state.changed(this.#shelf.catalog.sessions.totals().sessions);
  };
}

function closing(): AppError {
  return new AppError('unavailable', 'The library is being closed.');
}
