import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StandstillThread } from './standstill-thread.ts';

const TICK_MS = 4;
/** Standing still for longer is counted: buffers of a device are lost by then. */
const LONG_MS = 100;
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * How long the machine had no time for a thread that only sleeps and wakes, beside what is measured: what a recording
 * loses then is the machine's and not the program's. Reads /proc, which only Linux has.
 */
export class Standstill {
  readonly #worker: Worker;
  readonly #thread: StandstillThread;
  readonly #beganMs = performance.now();
  readonly #stolenMs = stolenMs();

  constructor() {
    this.#thread = {
      tickMs: TICK_MS,
      longMs: LONG_MS,
      ended: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
      found: new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)),
    };
    this.#worker = new Worker(new URL('./standstill-thread.ts', import.meta.url), {
      workerData: this.#thread,
    });
    // A row that fails ends the program all the same.
    this.#worker.unref();
  }

  /** Ends the watch. @returns in words: the longest, how many were long, and what another machine took. */
  async end(): Promise<string> {
    const { ended, found } = this.#thread;
    const percent =
      (100 * (stolenMs() - this.#stolenMs)) / (performance.now() - this.#beganMs) / cpus().length;
    this.#worker.ref();
    const gone = once(this.#worker, 'exit');
    Atomics.store(ended, 0, 1);
    Atomics.notify(ended, 0);
    await gone;
    const [longest = 0, long = 0] = found;
    return (
      `the machine stood still for ${longest.toFixed(0)} ms at most, ${long} times over ${LONG_MS} ms, ` +
      `${percent.toFixed(1)} % stolen`
    );
  }
}

/** Time of all processors that the machine's own host gave to others so far (proc(5), `steal`). */
function stolenMs(): number {
  const [total = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  return (Number(total.split(/\s+/)[8] ?? 0) * 1000) / TICKS_PER_SECOND;
}
