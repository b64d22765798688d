import type {
  exportBatch,
  exportItem,
  exportProblem,
  exportResult,
} from '../../../shared/ipc/contract/exports.ts';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { ExportItem } from '../export-job/item.ts';
import type { MadeMedia, ProjectItem } from '../export-job/project-item.ts';

/** An item as the window sees it. */
export type ItemView = Infer<typeof exportItem>;
export type BatchView = Infer<typeof exportBatch>;
export type ProblemView = Infer<typeof exportProblem>;
export type ItemResult = Infer<typeof exportResult>;

/** One file of a batch as it is kept: what is shown of it, and what is needed to make it. */
export interface QueuedItem {
  readonly view: ItemView;
  readonly work: ExportItem | ProjectItem;
  /** What project files have to know of finished media. */
  readonly made?: MadeMedia;
  /**
   * The file that was being written when this was kept, or that could not be removed when it failed; what is left of
   * it is removed before the item runs again.
   */
  readonly partPath: string | null;
}

/** A batch as it is kept; plain data. */
export interface Batch {
  readonly batchId: string;
  readonly title: string;
  readonly presetTitle: string | null;
  readonly createdUnixMicros: number;
  readonly finishedUnixMicros: number | null;
  readonly outFolder: string;
  readonly problems: readonly ProblemView[];
  readonly items: readonly QueuedItem[];
}

/** Where batches survive a restart. Every call is durable, or throws, before it returns. */
export interface BatchStore {
  /** Adds the batch with all its items, or replaces it. */
  putBatch(batch: Batch): void;
  /** Replaces one item of a batch that is there. */
  putItem(batchId: string, item: QueuedItem): void;
  removeBatch(batchId: string): void;
  /** Removes every finished batch. @returns their ids. */
  removeFinished(): readonly string[];
  /** Batches with items still to run, in the order they were added. */
  unfinished(): readonly Batch[];
  /** Finished batches of which a part file may still be there. */
  withParts(): readonly Batch[];
  get(batchId: string): Batch | undefined;
  /** Finished batches, the latest first. */
  history(query: HistoryQuery): { readonly total: number; readonly batches: readonly Batch[] };
}

export interface HistoryQuery {
  /** Occurs in a session's title, a player's or a file's name; empty for all. */
  readonly search: string;
  readonly sessionId: string | null;
  readonly offset: number;
  readonly limit: number;
}

export function isProject(work: QueuedItem['work']): work is ProjectItem {
  return 'project' in work;
}

/** States in which an item has nothing left to do by itself. */
export function isSettled({ state }: ItemView): boolean {
  return state === 'done' || state === 'skipped' || state === 'failed' || state === 'cancelled';
}
