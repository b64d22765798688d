import type { BatchView } from './batch.ts';

/** What the queue shows. */
export interface QueueView {
  readonly paused: boolean;
  /** Of everything queued, 0 to 1; null when nothing is. */
  readonly progress: number | null;
  readonly batches: readonly BatchView[];
}

/** What a queue of these batches shows; those that are finished have no part in its progress. */
export function queueView(paused: boolean, batches: readonly BatchView[]): QueueView {
  const active = batches.filter(({ finishedUnixMicros }) => finishedUnixMicros === null);
  const sum = (pick: (counts: BatchView['counts']) => number): number =>
    active.reduce((all, { counts }) => all + pick(counts), 0);
  const totalBytes = sum((counts) => counts.totalBytes);
  const share = totalBytes === 0 ? 0 : Math.min(1, sum(({ doneBytes }) => doneBytes) / totalBytes);
  return { paused, progress: sum(({ items }) => items) === 0 ? null : share, batches };
}
