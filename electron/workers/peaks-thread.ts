import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/model/errors.ts';
import type { PeaksProgress } from '../../shared/model/peaks.ts';
import type { PeaksItem, PeaksOutcome } from '../services/peaks/build-peaks.ts';
import { revived } from './carried-error.ts';
import type { FromPeaksWorker, ToPeaksWorker } from './peaks-protocol.ts';

/** The worker lies beside this module, built or as source. */
const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './peaks.worker.ts' : './peaks.worker.js',
  import.meta.url,
);

/** The item the thread is at. */
interface Job {
  readonly onProgress: (progress: PeaksProgress) => void;
  readonly resolve: (outcome: PeaksOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One thread that makes peaks, one player after another, behind everything else the machine does. It starts with the
 * first item; should it die, its item fails and the next one starts another.
 */
export class PeaksThread {
  readonly #script: URL;
  readonly #closing = new AbortController();
  #worker: { readonly thread: Worker; readonly ended: Promise<void> } | undefined;
  #job: Job | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param script what the thread runs; it speaks the protocol. */
  constructor(script = SCRIPT) {
    this.#script = script;
  }

  /** Waits for its turn, makes the peaks and gives the outcome; `signal` cancels it, also while it waits. */
  run(
    item: PeaksItem,
    signal: AbortSignal,
    onProgress: (progress: PeaksProgress) => void,
  ): Promise<PeaksOutcome> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const outcome = this.#turn.then(() => this.#runNow(item, either, onProgress));
    this.#turn = outcome.catch(() => undefined);
    return outcome;
  }

  /** Cancels what runs or waits, lets it end, then ends the thread. */
  async close(): Promise<void> {
    this.#closing.abort(new AppError('cancelled', 'Cancelled.'));
    await this.#turn;
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#post({ kind: 'close' });
    await worker.ended;
  }

  async #runNow(
    item: PeaksItem,
    signal: AbortSignal,
    onProgress: (progress: PeaksProgress) => void,
  ): Promise<PeaksOutcome> {
    signal.throwIfAborted();
    this.#worker ??= this.#start();
    const cancel = (): void => {
      this.#post({ kind: 'cancel' });
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<PeaksOutcome>((resolve, reject) => {
        this.#job = { onProgress, resolve, reject };
        this.#post({ kind: 'run', item });
      });
    } finally {
      this.#job = undefined;
      signal.removeEventListener('abort', cancel);
    }
  }

  #start(): { thread: Worker; ended: Promise<void> } {
    const thread = new Worker(this.#script);
    let fault: Error | undefined;
    thread.on('message', (message: FromPeaksWorker) => {
      this.#receive(message);
    });
    // The thread ends after this, which fails its item; without a listener the whole process would end.
    thread.on('error', (error: Error) => {
      fault = error;
    });
    const ended = new Promise<void>((resolve) => {
      thread.once('exit', (code) => {
        this.#worker = undefined;
        const how = fault === undefined ? `ended with code ${code}` : `failed: ${fault.message}`;
        const options = { next: 'Open the session again.', cause: fault };
        this.#job?.reject(new AppError('internal', `The worker that makes waveforms ${how}.`, options));
        resolve();
      });
    });
    return { thread, ended };
  }

  #receive(message: FromPeaksWorker): void {
    switch (message.kind) {
      case 'progress':
        this.#job?.onProgress(message.progress);
        break;
      case 'done':
        this.#job?.resolve(message.outcome);
        break;
      case 'failed':
        this.#job?.reject(revived(message.error));
        break;
    }
  }

  #post(message: ToPeaksWorker): void {
    this.#worker?.thread.postMessage(message);
  }
}
