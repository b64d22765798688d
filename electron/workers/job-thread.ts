import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/model/errors.ts';
import { DiskWatch } from '../io/disk-watch.ts';
import { removePart } from '../io/output-file.ts';
import { holdsProcess } from '../io/process-end.ts';
import { revived } from './carried-error.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** What threads of one kind run, and how people call it. */
export interface ThreadKind<Item> {
  readonly script: URL;
  /** As the subject of a sentence: `The export worker for "Ada"`. */
  readonly nameFor: (item: Item) => string;
  /** What to do when a thread has died. */
  readonly next: string;
}

/** What else a run may have to do with its disk. */
export interface RunAside {
  /** Stands in the name of the part file. */
  readonly owner?: string;
  /** Counts calls to the disk that is written to. */
  readonly watch?: DiskWatch;
  /** Aborted when nobody waits for the item any more, which does not end: its thread is replaced. */
  readonly givenUp?: AbortSignal;
}

/** The item a thread is at. */
interface Job<Item, Outcome, Progress extends readonly unknown[]> {
  readonly item: Item;
  readonly onProgress: (...progress: Progress) => void;
  readonly onPart: ((partPath: string) => void) | undefined;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
  /** The file it writes, once it is there. */
  partPath?: string;
}

/** A worker thread, which runs one item at a time. Should it die, its item fails and leaves no part file. */
export class JobThread<Item, Outcome, Progress extends readonly unknown[]> {
  /** Fulfilled when the thread has ended, however it did. */
  readonly ended: Promise<void>;
  readonly #kind: ThreadKind<Item>;
  readonly #worker: Worker;
  #job: Job<Item, Outcome, Progress> | undefined;
  #fault: Error | undefined;

  constructor(kind: ThreadKind<Item>) {
    const worker = new Worker(kind.script);
    this.#kind = kind;
    this.#worker = worker;
    worker.on('message', (message: FromWorker<Outcome, Progress>) => {
      this.#receive(message);
    });
    // The thread ends after this, which fails its item; without a listener the whole process would end.
    worker.on('error', (error: Error) => {
      this.#fault = error;
    });
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code) => {
        resolve();
        void this.#fail(code);
      });
    });
  }

  /** Runs an item on the idle thread; `signal` cancels it, `onPart` is told the file that is being written. */
  async run(
    item: Item,
    signal: AbortSignal,
    onProgress: (...progress: Progress) => void,
    onPart?: (partPath: string) => void,
    { owner, watch = new DiskWatch() }: RunAside = {},
  ): Promise<Outcome> {
    signal.throwIfAborted();
    const cancel = (): void => {
      this.#post({ kind: 'cancel' });
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<Outcome>((resolve, reject) => {
        this.#job = { item, onProgress, onPart, resolve, reject };
        this.#post({ kind: 'run', item, owner, counts: watch.counts });
      });
    } finally {
      this.#job = undefined;
      signal.removeEventListener('abort', cancel);
    }
  }

  /**
   * Lets a thread go that does not answer: as long as it waits in a call of the system, nothing can end it but the end
   * of the process.
   */
  abandon(): void {
    this.#worker.unref();
    void this.ended.finally(holdsProcess());
  }

  /** Ends the thread, whose item is over. */
  async close(): Promise<void> {
    this.#post({ kind: 'close' });
    await this.ended;
  }

  #receive(message: FromWorker<Outcome, Progress>): void {
    const job = this.#job;
    if (job === undefined) return;
    switch (message.kind) {
      case 'part':
        job.partPath = message.partPath;
        job.onPart?.(message.partPath);
        break;
      case 'progress':
        job.onProgress(...message.progress);
        break;
      case 'done':
        job.resolve(message.outcome);
        break;
      case 'failed':
        job.reject(revived(message.error));
        break;
    }
  }

  async #fail(exitCode: number): Promise<void> {
    const job = this.#job;
    if (job === undefined) return;
    if (job.partPath !== undefined) await removePart(job.partPath);
    const { nameFor, next } = this.#kind;
    const how = this.#fault === undefined ? `ended with code ${exitCode}` : `failed: ${this.#fault.message}`;
    job.reject(new AppError('internal', `${nameFor(job.item)} ${how}.`, { next, cause: this.#fault }));
  }

  #post(message: ToWorker<Item>): void {
    this.#worker.postMessage(message);
  }
}
