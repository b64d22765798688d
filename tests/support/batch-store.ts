import type { Batch, BatchStore } from '../../electron/services/export-queue/batch.ts';

/** Batches kept as text, as a disk would: what comes back is never the object that was put in. */
export function batchesInMemory(kept = new Map<string, string>()): BatchStore {
  const all = (): Batch[] => [...kept.values()].map((text) => JSON.parse(text) as Batch);
  const put = (batch: Batch): void => {
    kept.set(batch.batchId, JSON.stringify(batch));
  };
  return {
    putBatch: put,
    putItem: (batchId, item) => {
      const batch = all().find((known) => known.batchId === batchId);
      if (batch === undefined) throw new Error(`no batch ${batchId}`);
      put({
        ...batch,
        items: batch.items.map((old) => (old.view.itemId === item.view.itemId ? item : old)),
      });
    },
    removeBatch: (batchId) => {
      kept.delete(batchId);
    },
    removeFinished: () => {
      const finished = all().filter(({ finishedUnixMicros }) => finishedUnixMicros !== null);
      for (const { batchId } of finished) kept.delete(batchId);
      return finished.map(({ batchId }) => batchId);
    },
    withParts: () =>
      all().filter(
        ({ finishedUnixMicros, items }) =>
          finishedUnixMicros !== null && items.some(({ partPath }) => partPath !== null),
      ),
    unfinished: () => all().filter(({ finishedUnixMicros }) => finishedUnixMicros === null),
    get: (batchId) => all().find((batch) => batch.batchId === batchId),
    history: ({ offset, limit }) => {
      const finished = all().filter(({ finishedUnixMicros }) => finishedUnixMicros !== null);
      return { total: finished.length, batches: finished.slice(offset, offset + limit) };
    },
  };
}
