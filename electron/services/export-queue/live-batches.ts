import { AppError } from '../../../shared/model/errors.ts';
import { isSettled, type QueuedItem } from './batch.ts';
import { behindSilence } from './item-outcome.ts';
import type { Leftover } from './leftovers.ts';
import type { LiveBatch } from './live-batch.ts';
import { isBlocked } from './project-media.ts';

/** Which items a command means: all of a batch, or these. */
export interface ItemChoice {
  readonly batchId?: string | undefined;
  readonly itemIds?: readonly string[] | undefined;
}

/** The batches on the list, in the order in which they were added. */
export class LiveBatches {
  readonly #batches = new Map<string, LiveBatch>();

  [Symbol.iterator](): Iterator<LiveBatch> {
    return this.#batches.values();
  }

  add(live: LiveBatch): void {
    this.#batches.set(live.batchId, live);
  }

  get(batchId: string): LiveBatch | undefined {
    return this.#batches.get(batchId);
  }

  delete(batchId: string): void {
    this.#batches.delete(batchId);
  }

  /** The items that a choice means, by their batches. */
  chosen({ batchId, itemIds }: ItemChoice): readonly (readonly [LiveBatch, readonly QueuedItem[]])[] {
    const wanted = itemIds === undefined ? undefined : new Set(itemIds);
    return [...this].map((live) => {
      const isWhole = wanted === undefined && (batchId === undefined || batchId === live.batchId);
      return [live, live.items.filter(({ view }) => isWhole || wanted?.has(view.itemId) === true)] as const;
    });
  }

  /**
   * Part files that may have been left of items that are over.
   * @param isAtWork whether a run of an item has not come back.
   */
  *leftParts(isAtWork: (itemId: string) => boolean): Generator<Leftover> {
    for (const live of this) {
      if (live.held) continue;
      for (const item of live.items) {
        const { partPath, view } = item;
        const { itemId } = view;
        if (partPath === null || !isSettled(view) || isAtWork(itemId)) continue;
        const onGone = (): void => {
          const now = live.item(itemId);
          if (now.partPath === partPath && isSettled(now.view)) live.put([{ ...now, partPath: null }]);
        };
        yield { item, partPath, onGone };
      }
    }
  }

  /** Says of what waits for a folder whether that answers. */
  tellSilence(folder: string, isSilent: boolean, isRunning: (itemId: string) => boolean): void {
    for (const live of this) {
      if (live.outFolder !== folder) continue;
      live.setAll(
        live.items.map((item) =>
          item.view.state === 'queued' && !isRunning(item.view.itemId) ? behindSilence(item, isSilent) : item,
        ),
      );
    }
  }

  /**
   * The next item that may run: none of a batch that is held, nor one whose media are still to be made.
   * @param isSilent whether nothing is to be begun in a folder.
   * @param isRunning whether an item runs already.
   */
  nextWaiting(
    isSilent: (outFolder: string) => boolean,
    isRunning: (itemId: string) => boolean,
  ): [LiveBatch, QueuedItem] | undefined {
    for (const live of this) {
      if (live.held || isSilent(live.outFolder)) continue;
      const item = live.items.find(
        (candidate) =>
          candidate.view.state === 'queued' &&
          !isRunning(candidate.view.itemId) &&
          !isBlocked(candidate, live.items),
      );
      if (item !== undefined) return [live, item];
    }
    return undefined;
  }
}

export function noBatch(batchId: string): AppError {
  return new AppError('not-found', `There is no batch ${batchId} any more.`, {
    next: 'Export the sessions again.',
  });
}
