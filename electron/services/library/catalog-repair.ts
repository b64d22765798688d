import { corruptionOf } from '../../catalog/catalog.ts';
import type { Turns } from '../turns.ts';
import type { Shelf } from './shelf.ts';

/** Work on a catalog that may turn out to be damaged: then that is made anew, and the work is done again. */
export class CatalogRepair {
  readonly #shelf: Shelf;
  readonly #turns: Turns;
  readonly #renew: () => Promise<void>;

  /** @param renew makes a damaged catalog anew. */
  constructor(shelf: Shelf, turns: Turns, renew: () => Promise<void>) {
    this.#shelf = shelf;
    this.#turns = turns;
    this.#renew = renew;
  }

  /** @param inTurn whether the work has its turn already. */
  async around<T>(work: () => T | Promise<T>, inTurn: boolean): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (corruptionOf(error) === undefined) throw error;
      await (inTurn ? this.#repair() : this.take());
      return await work();
    }
  }

  /** Repairs it when its turn comes. */
  take(): Promise<void> {
    return this.#turns.take(() => this.#repair());
  }

  async #repair(): Promise<void> {
    // Several calls may find the same damage; the first one's repair is everybody's.
    if (this.#shelf.catalog.faults().length > 0) await this.#renew();
  }
}
