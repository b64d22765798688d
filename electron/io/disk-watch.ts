import type { OutputCalls } from './output-file.ts';

const BEGUN = 0;
const RETURNED = 1;

/**
 * Whether a disk answers: how many calls to it were begun, and how many came back. Counted in memory that threads
 * share, since a thread that waits in a call can tell nobody.
 */
export class DiskWatch {
  /** For another thread, which makes a watch of it in turn. */
  readonly counts: Int32Array<SharedArrayBuffer>;

  constructor(counts: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(8))) {
    this.counts = counts;
  }

  /** Whether a call is under way. */
  get isAsked(): boolean {
    return Atomics.load(this.counts, BEGUN) !== Atomics.load(this.counts, RETURNED);
  }

  /** Grows with every call that begins or comes back. */
  get steps(): number {
    return Atomics.load(this.counts, BEGUN) + Atomics.load(this.counts, RETURNED);
  }

  /** The call under way gets on. */
  step(): void {
    Atomics.add(this.counts, BEGUN, 1);
    Atomics.add(this.counts, RETURNED, 1);
  }

  /** Counts a call. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    Atomics.add(this.counts, BEGUN, 1);
    try {
      return await call();
    } finally {
      Atomics.add(this.counts, RETURNED, 1);
    }
  }

  /** The same calls, counted. */
  counted(calls: OutputCalls): OutputCalls {
    const each =
      <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> =>
        this.during(() => call(...args));
    return {
      create: each(calls.create),
      writeAside: each(calls.writeAside),
      datasync: each(calls.datasync),
      sync: each(calls.sync),
      empty: each(calls.empty),
      close: each(calls.close),
      link: each(calls.link),
      rename: each(calls.rename),
      unlink: each(calls.unlink),
      syncFolder: each(calls.syncFolder),
      write: (fd, bytes, positionBytes) => {
        Atomics.add(this.counts, BEGUN, 1);
        try {
          calls.write(fd, bytes, positionBytes);
        } finally {
          Atomics.add(this.counts, RETURNED, 1);
        }
      },
    };
  }
}
