import type { QueuedItem } from './batch.ts';
import type { Leftover } from './leftovers.ts';

/** Part files of batches that are not on the list: of those in the history, and of those that were cleared. */
export class OtherParts implements Iterable<Leftover> {
  /** By their items. */
  readonly #parts = new Map<string, Leftover & { readonly batchId: string }>();

  /** @param onGone told when the item's part file is gone; one without any is passed over. */
  add(batchId: string, item: QueuedItem, onGone: () => void): void {
    const { partPath, view } = item;
    if (partPath === null) return;
    const gone = (): void => {
      if (this.#parts.delete(view.itemId)) onGone();
    };
    this.#parts.set(view.itemId, { batchId, item, partPath, onGone: gone });
  }

  /** Those of a batch that somebody else looks after now. */
  drop(batchId: string): void {
    for (const [itemId, part] of this.#parts) if (part.batchId === batchId) this.#parts.delete(itemId);
  }

  /** The batch is nowhere any more: nobody is to be told what becomes of its part files. */
  cleared(batchId: string): void {
    for (const part of [...this.#parts.values()])
      if (part.batchId === batchId) this.add(batchId, part.item, () => undefined);
  }

  [Symbol.iterator](): Iterator<Leftover> {
    return this.#parts.values();
  }
}
