import type { folders } from '../../../shared/ipc/contract/folders.ts';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { RunQueued } from '../export-job/item.ts';
import type { PatienceClock } from '../waiting/patience.ts';

/** What is under way has got so far. */
export type FoldersProgress = NonNullable<Infer<(typeof folders)['values']['progress']>>;

/** What a call may be told and tells while it works. */
export interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number, totalBytes: number, files?: FoldersProgress['files']) => void;
  /** Told for how long the disk that is written to has not answered, and null once it does. */
  readonly onWait: (waitedSeconds: number | null) => void;
}

/** Other threads that write files. */
export interface FilePool {
  readonly run: RunQueued;
  close(): Promise<void>;
}

export interface FoldersPorts {
  /** Starts threads, asked for when an export makes several files at once. */
  readonly startPool: (threads: number) => Promise<FilePool>;
  readonly clock: PatienceClock;
}
