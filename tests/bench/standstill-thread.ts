import { workerData } from 'node:worker_threads';

/** What the thread shares: how long it may sleep, whether it is to end, and what it found. */
export interface StandstillThread {
  readonly tickMs: number;
  /** Not 0 when the thread is to end. */
  readonly ended: Int32Array;
  /** The longest that it slept beyond its tick, milliseconds, and how often that was longer than `longMs`. */
  readonly found: Float64Array;
  readonly longMs: number;
}

const { tickMs, ended, found, longMs } = workerData as StandstillThread;
let lastMs = performance.now();
while (Atomics.wait(ended, 0, 0, tickMs) === 'timed-out') {
  const nowMs = performance.now();
  const overrunMs = nowMs - lastMs - tickMs;
  lastMs = nowMs;
  found[0] = Math.max(found[0] ?? 0, overrunMs);
  if (overrunMs > longMs) found[1] = (found[1] ?? 0) + 1;
}
