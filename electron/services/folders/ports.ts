import type { folders } from '../../../shared/ipc/contract/folders.ts';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { RunItem } from '../run-export.ts';

/** What is under way has got so far. */
export type FoldersProgress = NonNullable<Infer<(typeof folders)['values']['progress']>>;

/** What a call may be told and tells while it works. */
export interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number, totalBytes: number, files?: FoldersProgress['files']) => void;
}

/** Other threads that write files. */
export interface FilePool {
  readonly run: RunItem;
  close(): Promise<void>;
}

export interface FoldersPorts {
  /** Starts threads, asked for when an export makes several files at once. */
  readonly startPool: (threads: number) => Promise<FilePool>;
}
