import type { ItemRun } from './item-run.ts';

/** So many runs that were given up may wait for one folder; before they come back, nothing more is begun there. */
const MOST_IN_FOLDER = 2;

/** Runs that were given up and have not come back. */
export class SilentRuns {
  readonly #runs = new Map<ItemRun, { readonly itemId: string; readonly outFolder: string }>();

  add(run: ItemRun, itemId: string, outFolder: string): void {
    this.#runs.set(run, { itemId, outFolder });
  }

  /** @returns whether it was one of them. */
  delete(run: ItemRun): boolean {
    return this.#runs.delete(run);
  }

  /** Whether so many did not come back from a folder that another one would not either. */
  areMany(outFolder: string): boolean {
    const there = [...this.#runs.values()].filter((run) => run.outFolder === outFolder);
    return there.length >= MOST_IN_FOLDER;
  }

  has(itemId: string): boolean {
    return [...this.#runs.values()].some((run) => run.itemId === itemId);
  }

  /** Lets nothing that comes late change these items. @returns how many runs of theirs there are. */
  forget(isMeant: (itemId: string) => boolean = () => true): number {
    const meant = [...this.#runs].filter(([, { itemId }]) => isMeant(itemId));
    for (const [run] of meant) run.forget();
    return meant.length;
  }
}
