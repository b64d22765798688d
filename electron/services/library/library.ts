import type { Implementation } from '../../../shared/ipc/declare.ts';
import type { library as contract } from '../../../shared/ipc/contract/library.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { corruptionOf } from '../../catalog/catalog.ts';
import { freeSpace } from '../../io/free-space.ts';
import { fsError } from '../../io/fs-error.ts';
import { isWritable } from '../../io/folder.ts';
import { makeFolder } from '../../io/make-folder.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import { inspectSession } from '../inspect.ts';
import { LibraryBatches } from './batch-store.ts';
import { Editor } from './editor.ts';
import { FolderSync, type SyncResult } from './folder-sync.ts';
import { Intake } from './intake.ts';
import { readLanes } from './lanes.ts';
import { checkLibrary } from './library-check.ts';
import { LibraryState } from './library-state.ts';
import { LibraryPaths } from './paths.ts';
import type { LibraryPorts } from './ports.ts';
import { factsOf, sessionDetailOf, type SessionDetail } from './session-entry.ts';
import { cut, withInspection } from './session-facts.ts';
import { isThere, Shelf, type Taken } from './shelf.ts';
import { TrashBin } from './trash-bin.ts';
import { Turns } from '../turns.ts';
import { Watching } from './watching.ts';

type Lock = Awaited<ReturnType<LibraryPorts['lock']['acquire']>>;
type Calls = Implementation<typeof contract>['calls'];

/** Lists ask for a look at the folders at most this often. */
const SYNC_AGAIN_MILLIS = 3000;

/** The sessions of one library folder, and those linked from elsewhere: `Implementation` of the contract's library. */
export class Library implements Implementation<typeof contract> {
  readonly values: { readonly state: LibraryState };
  readonly calls: Calls;
  /** Where the export queue keeps its batches. */
  readonly batches: LibraryBatches;
  readonly #ports: LibraryPorts;
  readonly #shelf: Shelf;
  readonly #state: LibraryState;
  readonly #lock: Lock;
  readonly #sync: FolderSync;
  readonly #intake: Intake;
  readonly #editor: Editor;
  readonly #trash: TrashBin;
  readonly #watching: Watching;
  readonly #turns = new Turns();
  readonly #stop = new AbortController();
  /** Stops what is being added now; what is added later gets another. */
  #adding = new AbortController();
  #syncIsDue = true;
  #waitingLook: Promise<void> | undefined;

  private constructor(shelf: Shelf, ports: LibraryPorts, state: LibraryState, lock: Lock) {
    this.#shelf = shelf;
    this.#ports = ports;
    this.#state = state;
    this.#lock = lock;
    this.#sync = new FolderSync(shelf);
    this.#intake = new Intake(
      shelf,
      ports,
      (taken) => {
        this.#tellOf(taken);
      },
      (message, sessionId) => {
        this.#state.notice(message, sessionId);
      },
    );
    this.#editor = new Editor(shelf);
    this.#trash = new TrashBin(shelf, ports);
    this.batches = new LibraryBatches(
      shelf,
      () => {
        this.#changed();
      },
      () => {
        void this.#turns.take(() => this.#repair()).catch(ports.noteFault);
      },
    );
    this.#watching = new Watching(shelf.paths.root, ports, () => {
      void this.refresh().catch(ports.noteFault);
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
      if (!(await isThere(folder))) throw fsError(error, 'make the library folder', folder);
    }
    const lock = (await isThere(paths.own)) ? await lockOf(paths.own, ports) : NO_LOCK;
    try {
      const shelf = await Shelf.open(paths, ports, (message) => {
        state.notice(message);
      });
      const library = new Library(shelf, ports, state, lock);
      if (!shelf.catalog.isComplete) library.batches.refill();
      library.#changed();
      void library.#turns.take(() => library.#start()).catch(ports.noteFault);
      return library;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Tells people something that they should know before they go on. */
  notice(message: string): void {
    this.#state.notice(message);
  }

  /** The same, unless it was told already. @returns whether it is told now. */
  noticeOnce(message: string): boolean {
    const isNew = !this.#state.value.notices.some((notice) => notice.message === message);
    if (isNew) this.#state.notice(message);
    return isNew;
  }

  /** When nothing that was begun is under way any more. */
  settled(): Promise<void> {
    return this.#turns.idle();
  }

  /** The session folder's absolute path. @throws AppError('not-found') when the library does not have the session. */
  folderOf(sessionId: string): string {
    return this.#shelf.folderOf(this.#shelf.require(sessionId));
  }

  /**
   * Looks at the folders again: somebody began or ended a recording, or files came and went. A look that waits for its
   * turn will see what a later one would: a thousand exports are not to stand in front of a person's next click.
   */
  refresh(): Promise<void> {
    this.#waitingLook ??= this.#turns.take(async () => {
      this.#waitingLook = undefined;
      await this.#look();
    });
    return this.#waitingLook;
  }

  /** Ends what is under way, writes everything down and lets others open the library. */
  async close(): Promise<void> {
    this.#trash.cancelTimers();
    this.#cancelAdding();
    this.#watching.close();
    await this.#turns.idle();
    this.#stop.abort();
    try {
      await this.#emptyTrash(this.#trash.pending());
      this.#shelf.catalog.close();
    } finally {
      await this.#lock.release();
    }
  }

  #cancelAdding(): void {
    const adding = this.#adding;
    this.#adding = new AbortController();
    adding.abort(
      new AppError('cancelled', 'Adding was stopped.', {
        next: 'What had come in before that is in the library.',
      }),
    );
  }

  #addingSignal(): AbortSignal {
    return AbortSignal.any([this.#adding.signal, this.#stop.signal]);
  }

  #makeCalls(): Calls {
    const sessions = (): Shelf['catalog']['sessions'] => this.#shelf.catalog.sessions;
    return {
      list: ({ offset, limit, ...query }) =>
        this.#ask(() => {
          this.#lookSoon();
          return sessions().list(query, offset, limit);
        }),
      ids: (query) => this.#ask(() => ({ sessionIds: sessions().ids(query) })),
      get: ({ sessionId }) => this.#ask(() => this.#get(sessionId)),
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
        const signal = this.#addingSignal();
        return this.#change(() =>
          this.#intake.add(paths, copy, signal, (done, total, label) => {
            this.#state.task('adding', done, total, label);
          }),
        );
      },
      cancelAdding: () => {
        this.#cancelAdding();
        return Promise.resolve({});
      },
      addSample: () => {
        const signal = this.#addingSignal();
        return this.#change(async () => {
          this.#state.task('adding', 0, 1, 'Sample session');
          return { sessionId: await this.#intake.addSample(signal) };
        });
      },
      trash: ({ sessionIds }) =>
        this.#change(() =>
          this.#trash.hide(sessionIds, (due) => {
            void this.#change(() => this.#emptyTrash(due)).catch(this.#ports.noteFault);
          }),
        ),
      restore: ({ sessionIds }) =>
        this.#change(() => Promise.resolve({ restored: this.#trash.restore(sessionIds) })),
      tags: () => this.#ask(() => ({ tags: sessions().tags() })),
      storage: () =>
        this.#ask(async () => {
          const { root } = this.#shelf.paths;
          const { sessions: count, libraryBytes } = sessions().totals();
          const freeBytes = (await freeSpace(root)) ?? null;
          return { folder: root, sessions: count, bytes: libraryBytes, freeBytes };
        }),
      check: () =>
        this.#change(async () => ({
          differences: await checkLibrary(
            this.#shelf,
            this.#sync,
            this.#stop.signal,
            (done, total, label) => {
              this.#state.task('checking', done, total, label);
            },
          ),
        })),
      verifyLogs: ({ sessionId }) => this.#change(() => this.#verifyLogs(sessionId)),
      rebuild: () =>
        this.#change(async () => {
          await this.#shelf.startAnew(false);
          this.batches.refill();
          const { refused } = await this.#fill();
          return { sessions: sessions().totals().sessions, refused };
        }),
    };
  }

  /** What the start of the program finds. */
  async #start(): Promise<void> {
    await this.#intake.clearLeftovers().catch(this.#ports.noteFault);
    // Nobody can undo any more what a program that died was about to move.
    for (const { sessionId, hidden } of this.#shelf.catalog.sessions.folders()) {
      if (hidden) this.#shelf.catalog.sessions.setHidden(sessionId, false);
    }
    const { isComplete, wasClosed } = this.#shelf.catalog;
    if (!isComplete) await this.#fill();
    // A program that died may have written down what its catalog was not told any more.
    else await (wasClosed ? this.#look() : this.#look('checking', true));
  }

  /** Takes everything on the disk into a catalog that has not got all of it. */
  async #fill(): Promise<SyncResult> {
    const result = await this.#look('rebuilding');
    // A new catalog knows nothing of what is on its way to the trash.
    for (const sessionId of this.#trash.pending()) this.#shelf.catalog.sessions.setHidden(sessionId, true);
    this.#shelf.catalog.markComplete();
    return result;
  }

  async #look(kind: 'rebuilding' | 'checking' | 'adding' = 'adding', again = false): Promise<SyncResult> {
    this.#syncIsDue = false;
    this.#ports.timers.after(SYNC_AGAIN_MILLIS, () => {
      this.#syncIsDue = true;
    });
    try {
      const onProgress = (done: number, total: number, label: string): void => {
        this.#state.task(kind, done, total, label);
      };
      const result = await this.#sync.run(this.#stop.signal, onProgress, again);
      for (const taken of result.taken) this.#tellOf(taken);
      if (result.changed) this.#changed();
      this.#watching.looked(result.isUnsure);
      return result;
    } finally {
      this.#state.taskDone();
    }
  }

  #lookSoon(): void {
    if (!this.#syncIsDue || this.#stop.signal.aborted) return;
    this.#syncIsDue = false;
    void this.refresh().catch(this.#ports.noteFault);
  }

  /** A session as it is now: one whose files have changed is read again. */
  async #get(sessionId: string): Promise<SessionDetail> {
    const known = this.#shelf.require(sessionId);
    const present = await isThere(this.#shelf.folderOf(known));
    if (!present) {
      if (!known.flags.missing) {
        this.#shelf.catalog.sessions.setMissing(sessionId, true);
        this.#changed();
      }
    } else {
      await this.#turns.take(() =>
        this.#shelf.takeIn({ place: known.row.place, folder: known.folder }, this.#stop.signal),
      );
    }
    return this.#detail(sessionId);
  }

  #detail(sessionId: string): SessionDetail {
    return sessionDetailOf(this.#shelf.require(sessionId), this.#shelf.paths, this.#ports.timecodeDefaults());
  }

  async #edit(sessionId: string, work: () => Promise<void>): Promise<SessionDetail> {
    await this.#change(work);
    return this.#detail(sessionId);
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

  /** Does what a call asks for; when the catalog turns out to be damaged, it is made anew and the call done again. */
  async #ask<T>(work: () => T | Promise<T>, inTurn = false): Promise<T> {
    if (this.#stop.signal.aborted) throw new AppError('unavailable', 'The library is being closed.');
    try {
      return await work();
    } catch (error) {
      if (corruptionOf(error) === undefined) throw error;
      const repair = (): Promise<void> => this.#repair();
      await (inTurn ? repair() : this.#turns.take(repair));
      return await work();
    }
  }

  async #repair(): Promise<void> {
    // Several calls may find the same damage; the first one's repair is everybody's.
    if (this.#shelf.catalog.faults().length === 0) return;
    this.#state.notice('The catalog was damaged and was made anew from the session folders.');
    await this.#shelf.startAnew(true);
    this.batches.refill();
    await this.#fill();
  }

  #emptyTrash(sessionIds: readonly string[]): Promise<void> {
    return this.#trash.empty(sessionIds, (message, sessionId) => {
      this.#state.notice(message, sessionId);
    });
  }

  async #verifyLogs(sessionId: string): ReturnType<Calls['verifyLogs']> {
    const known = this.#shelf.require(sessionId);
    const at = { place: known.row.place, folder: known.folder };
    // Under its facts of now, the figures hold until a file changes.
    await this.#shelf.takeIn(at, this.#stop.signal);
    const session = this.#shelf.require(sessionId);
    const choices = { rate: timecodeRate(this.#ports.timecodeDefaults().rate), zone: 'utc' };
    const inspection = await inspectSession(this.#shelf.folderOf(session), choices, {
      signal: this.#stop.signal,
      onProgress: (doneBytes, totalBytes) => {
        this.#state.task('checking', doneBytes, totalBytes, session.row.title);
      },
    });
    if (!session.flags.recording) {
      const document = await this.#shelf.annotations.read(at);
      this.#shelf.update(session, { facts: withInspection(factsOf(session), inspection), document });
    }
    const found = [...inspection.findings, ...inspection.players.flatMap(({ findings }) => findings)];
    // Findings of the log as a whole come with each player.
    const sentences = new Set(
      found.map(({ file, startByte, reason }) => `${file}, byte ${startByte}: ${reason}`),
    );
    return {
      damaged: inspection.damaged,
      packets: inspection.players.reduce((sum, { packets }) => sum + packets, 0),
      findings: [...sentences].map((sentence) => cut(sentence, 1000)),
    };
  }

  #changed(): void {
    this.#state.changed(this.#shelf.catalog.sessions.totals().sessions);
  }

  #tellOf({ sessionId, title, copyOf, already, scanned }: Taken): void {
    if (copyOf !== undefined && !already) {
      this.#state.notice(
        `"${title}" has the same recording as "${copyOf}"; both are kept in the library.`,
        sessionId,
      );
    }
    if (scanned) {
      this.#state.notice(
        `"${title}" was not closed when it was recorded; its audio was recovered.`,
        sessionId,
      );
    }
  }
}

const NO_LOCK: Lock = { release: () => undefined };

/** The lock of a library; none where nothing can be written, by this program or another. */
async function lockOf(own: string, { lock }: LibraryPorts): Promise<Lock> {
  try {
    return await lock.acquire(own);
  } catch (error) {
    if (error instanceof AppError && error.code === 'unwritable' && !(await isWritable(own))) return NO_LOCK;
    throw error;
  }
}
