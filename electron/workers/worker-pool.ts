import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../../shared/model/errors.ts';
import type { ExportItem, ExportOutcome, OnProgress } from '../services/export-job/item.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** The worker lies beside this module, built or as source. */
const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './export.worker.ts' : './export.worker.js',
  import.meta.url,
);

/**
 * Runs export items on worker threads, at most `size` at a time; a thread that ends without an answer fails its
 * item with the reason, and the others go on.
 */
export class WorkerPool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = Math.max(1, size);
  }

  /** Waits for a free thread, runs the item and gives its outcome; `signal` cancels it, also while it waits. */
  async run(item: ExportItem, signal: AbortSignal, onProgress: OnProgress): Promise<ExportOutcome> {
    const worker = await this.#take(signal);
    let healthy = false;
    try {
      const outcome = await runOn(worker, item, signal, onProgress);
      healthy = true;
      return outcome;
    } catch (error) {
      healthy = error instanceof AppError && error.code !== 'internal';
      throw error;
    } finally {
      this.#release(worker, healthy);
    }
  }

  /** Ends all threads; items still running end as cancelled, having removed their part files. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#all].map(
        (worker) =>
          new Promise<void>((resolve) => {
            worker.once('exit', () => {
              resolve();
            });
            post(worker, { kind: 'close' });
          }),
      ),
    );
  }

  async #take(signal: AbortSignal): Promise<Worker> {
    for (;;) {
      signal.throwIfAborted();
      const idle = this.#idle.pop();
      if (idle !== undefined) return idle;
      if (this.#all.size < this.#size) {
        const worker = new Worker(SCRIPT);
        this.#all.add(worker);
        worker.once('exit', () => this.#all.delete(worker));
        return worker;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #release(worker: Worker, healthy: boolean): void {
    if (healthy) this.#idle.push(worker);
    else {
      this.#all.delete(worker);
      void worker.terminate();
    }
    this.#waiting.shift()?.();
  }
}

function runOn(
  worker: Worker,
  item: ExportItem,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<ExportOutcome> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      post(worker, { kind: 'cancel' });
    };
    const settle = (finish: () => void): void => {
      signal.removeEventListener('abort', cancel);
      worker.removeAllListeners('message').removeAllListeners('error').off('exit', ended);
      finish();
    };
    const ended = (code: number): void => {
      settle(() => {
        reject(
          new AppError('internal', `The export worker for ${item.output.stem} ended with code ${code}.`, {
            next: 'Run the export again.',
          }),
        );
      });
    };
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'progress':
          onProgress(message.doneBytes, message.totalBytes);
          break;
        case 'done':
          settle(() => {
            resolve(message.outcome);
          });
          break;
        case 'failed': {
          const { code, message: text, next } = message.error;
          settle(() => {
            // A fault of ours stays a plain error, so that the host words it as it does its own.
            const isFault = code === 'internal' && next === undefined;
            reject(
              isFault
                ? new Error(text)
                : new AppError(code as ErrorCode, text, next === undefined ? {} : { next }),
            );
          });
          break;
        }
      }
    });
    worker.on('error', (cause: unknown) => {
      settle(() => {
        reject(
          new AppError(
            'internal',
            `The export worker for ${item.output.stem} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
            {
              cause,
            },
          ),
        );
      });
    });
    worker.on('exit', ended);
    signal.addEventListener('abort', cancel, { once: true });
    post(worker, { kind: 'run', item });
  });
}

function post(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}
