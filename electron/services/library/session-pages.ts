import type { Turns } from '../turns.ts';
import type { LibraryPorts } from './ports.ts';
import { sessionDetailOf, type SessionDetail } from './session-entry.ts';
import { isThere, type Shelf } from './shelf.ts';

/** What the library shows of one session. */
export class SessionPages {
  readonly #shelf: Shelf;
  readonly #ports: LibraryPorts;
  readonly #turns: Turns;
  readonly #signal: AbortSignal;
  readonly #changed: () => void;

  /** @param changed told where a session turns out to be gone. */
  constructor(shelf: Shelf, ports: LibraryPorts, turns: Turns, signal: AbortSignal, changed: () => void) {
    this.#shelf = shelf;
    this.#ports = ports;
    this.#turns = turns;
    this.#signal = signal;
    this.#changed = changed;
  }

  /** A session as it is now: one whose files have changed is read again. @throws AppError('not-found') */
  async read(sessionId: string): Promise<SessionDetail> {
    const known = this.#shelf.require(sessionId);
    if (await isThere(this.#shelf.folderOf(known))) {
      const where = { place: known.row.place, folder: known.folder };
      await this.#turns.take(() => this.#shelf.takeIn(where, this.#signal));
    } else if (!known.flags.missing) {
      this.#shelf.catalog.sessions.setMissing(sessionId, true);
      this.#changed();
    }
    return this.known(sessionId);
  }

  /** The same as the catalog has it. @throws AppError('not-found') */
  known(sessionId: string): SessionDetail {
    return sessionDetailOf(this.#shelf.require(sessionId), this.#shelf.paths, this.#ports.timecodeDefaults());
  }
}
