import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/model/errors.ts';
import { removePart } from '../io/output-file.ts';
import type { ExportItem, ExportOutcome, OnProgress } from '../services/export-job/item.ts';
import { revived } from './carried-error.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** The item a thread is at. */
interface Job {
  readonly item: ExportItem;
  readonly onProgress: OnProgress;
  readonly onPart: ((partPath: string) => void) | undefined;
  readonly resolve: (outcome: ExportOutcome) => void;
  readonly reject: (error: unknown) => void;
  /** The file it writes, once it is there. */
  partPath?: string;
}

/** A worker thread, which runs one item at a time. Should it die, its item fails and leaves no part file. */
export class ExportThread {
  /** Fulfilled when the thread has ended, however it did. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  #job: Job | undefined;
  #fault: Error | undefined;

  constructor(script: URL) {
    const worker = new Worker(script);
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => {
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
    item: ExportItem,
    signal: AbortSignal,
    onProgress: OnProgress,
    onPart?: (partPath: string) => void,
  ): Promise<ExportOutcome> {
    signal.throwIfAborted();
    const cancel = (): void => {
      this.#post({ kind: 'cancel' });
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<ExportOutcome>((resolve, reject) => {
        this.#job = { item, onProgress, onPart, resolve, reject };
        this.#post({ kind: 'run', item });
      });
    } finally {
      this.#job = undefined;
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Ends the idle thread. */
  async close(): Promise<void> {
    this.#post({ kind: 'close' });
    await this.ended;
  }

  #receive(message: FromWorker): void {
    const job = this.#job;
    if (job === undefined) return;
    switch (message.kind) {
      case 'part':
        job.partPath = message.partPath;
        job.onPart?.(message.partPath);
        break;
      case 'progress':
        job.onProgress(message.doneBytes, message.totalBytes);
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
    const how = this.#fault === undefined ? `ended with code ${exitCode}` : `failed: ${this.#fault.message}`;
    job.reject(
      new AppError('internal', `The export worker for ${job.item.output.stem} ${how}.`, {
        next: 'Run the export again.',
        cause: this.#fault,
      }),
    );
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
