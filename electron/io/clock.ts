/** Wall clock now, in microseconds since 1970 UTC. */
export function wallUnixMicros(): number {
  return Date.now() * 1000;
}

/** A clock that never goes back, in microseconds from an arbitrary start. */
export function monotonicMicros(): number {
  return Math.round(performance.now() * 1000);
}

/** Does the work once, after so many milliseconds. @returns cancels it. */
export function after(millis: number, work: () => void): () => void {
  const timer = setTimeout(work, millis);
  // What waits for its time keeps no program that has been closed.
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
}
