import { AppError } from '../../shared/model/errors.ts';
import { JobThread, type RunAside, type ThreadKind } from './job-thread.ts';

/**
 * Runs items on worker threads, at most `size` at a time, which start when they are needed; a thread that ends without
 * an answer fails its item with the reason, and the others go on.
 */
export class WorkerPool<Item, Outcome, Progress extends readonly unknown[]> {
  readonly #size: number;
  readonly #kind: ThreadKind<Item>;
  readonly #idle: JobThread<Item, Outcome, Progress>[] = [];
  readonly #all = new Set<JobThread<Item, Outcome, Progress>>();
  readonly #running = new Set<Promise<Outcome>>();
  readonly #waiting: (() => void)[] = [];
  readonly #closing = new AbortController();

  constructor(size: number, kind: ThreadKind<Item>) {
    this.#size = Math.max(1, size);
    this.#kind = kind;
  }

  /** Waits for a free thread, runs the item and gives its outcome; `signal` cancels it, also while it waits. */
  async run(
    item: Item,
    signal: AbortSignal,
    onProgress: (...progress: Progress) => void,
    onPart?: (partPath: string) => void,
    aside: RunAside = {},
  ): Promise<Outcome> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const running = this.#runOnFree(item, either, onProgress, onPart, aside);
    this.#running.add(running);
    const leave = (): void => {
      this.#running.delete(running);
    };
    aside.givenUp?.addEventListener('abort', leave, { once: true });
    try {
      return await running;
    } finally {
      leave();
    }
  }

  /**
   * Cancels what runs or waits, lets it end, then ends all threads. Cancelled items have removed their part files;
   * one that was finished already is told as such. What was given up is not waited for.
   */
  async close(): Promise<void> {
    this.#closing.abort(new AppError('cancelled', 'Cancelled.'));
    await Promise.allSettled(this.#running);
    await Promise.all([...this.#all].map((thread) => thread.close()));
  }

  async #runOnFree(
    item: Item,
    signal: AbortSignal,
    onProgress: (...progress: Progress) => void,
    onPart: ((partPath: string) => void) | undefined,
    aside: RunAside,
  ): Promise<Outcome> {
    let thread: JobThread<Item, Outcome, Progress> | undefined;
    const replace = (): void => {
      if (thread === undefined || !this.#all.delete(thread)) return;
      thread.abandon();
      this.#waiting.shift()?.();
    };
    aside.givenUp?.addEventListener('abort', replace, { once: true });
    try {
      thread = await this.#take(signal);
      return await thread.run(item, signal, onProgress, onPart, aside);
    } finally {
      aside.givenUp?.removeEventListener('abort', replace);
      // One that has ended or was replaced is gone from the set.
      if (thread !== undefined && this.#all.has(thread)) this.#idle.push(thread);
      else void thread?.close();
      // Also without a thread: who was woken for one and is cancelled leaves it to the next.
      this.#waiting.shift()?.();
    }
  }

  async #take(signal: AbortSignal): Promise<JobThread<Item, Outcome, Progress>> {
    for (;;) {
      signal.throwIfAborted();
      const idle = this.#idle.pop();
      if (idle !== undefined) return idle;
      if (this.#all.size < this.#size) return this.#start();
      await this.#freed(signal);
    }
  }

  #start(): JobThread<Item, Outcome, Progress> {
    const thread = new JobThread<Item, Outcome, Progress>(this.#kind);
    this.#all.add(thread);
    void thread.ended.then(() => {
      this.#all.delete(thread);
      const at = this.#idle.indexOf(thread);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    return thread;
  }

  /** Until a thread may be free, or the signal aborts. */
  #freed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        const at = this.#waiting.indexOf(wake);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve();
      };
      this.#waiting.push(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
