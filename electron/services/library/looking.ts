import type { Turns } from '../turns.ts';
import { FolderSync, type SyncResult } from './folder-sync.ts';
import type { LibraryState } from './library-state.ts';
import type { LibraryPorts } from './ports.ts';
import type { Shelf } from './shelf.ts';

/** Lists ask for a look at the folders at most this often. */
const SYNC_AGAIN_MILLIS = 3000;

/** Looks at what lies in the library's folders, and brings the catalog up to it. */
export class Looking {
  readonly sync: FolderSync;
  readonly #shelf: Shelf;
  readonly #ports: LibraryPorts;
  readonly #state: LibraryState;
  readonly #signal: AbortSignal;
  readonly #looked: (result: SyncResult) => void;
  #isDue = true;
  #waiting: Promise<void> | undefined;

  /** @param looked told of what each look found */
  constructor(
    shelf: Shelf,
    ports: LibraryPorts,
    state: LibraryState,
    signal: AbortSignal,
    looked: (result: SyncResult) => void,
  ) {
    this.sync = new FolderSync(shelf);
    this.#shelf = shelf;
    this.#ports = ports;
    this.#state = state;
    this.#signal = signal;
    this.#looked = looked;
  }

  /** Whether the last look is so long ago that a list is a reason for another; one that is begun answers no. */
  takeDue(): boolean {
    const due = this.#isDue && !this.#signal.aborted;
    this.#isDue = false;
    return due;
  }

  /**
   * Looks when its turn comes. A look that waits for its turn will see what a later one would: a thousand exports are
   * not to stand in front of a person's next click.
   */
  soon(turns: Turns): Promise<void> {
    this.#waiting ??= turns.take(async () => {
      this.#waiting = undefined;
      await this.look();
    });
    return this.#waiting;
  }

  /** @param again whether sessions that look the same are read all the same */
  async look(kind: 'rebuilding' | 'checking' | 'adding' = 'adding', again = false): Promise<SyncResult> {
    this.#isDue = false;
    this.#ports.timers.after(SYNC_AGAIN_MILLIS, () => {
      this.#isDue = true;
    });
    try {
      const onProgress = (done: number, total: number, label: string): void => {
        this.#state.task(kind, done, total, label);
      };
      const result = await this.sync.run(this.#signal, onProgress, again);
      for (const taken of result.taken) this.#state.tellOf(taken);
      this.#looked(result);
      return result;
    } finally {
      this.#state.taskDone();
    }
  }

  /**
   * Takes everything on the disk into a catalog that has not got all of it.
   * @param hidden sessions on their way to the trash, of which a new catalog knows nothing
   */
  async fill(hidden: () => readonly string[]): Promise<SyncResult> {
    const result = await this.look('rebuilding');
    for (const sessionId of hidden()) this.#shelf.catalog.sessions.setHidden(sessionId, true);
    this.#shelf.catalog.markComplete();
    return result;
  }
}
