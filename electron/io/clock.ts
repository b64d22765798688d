/** Wall clock now, in microseconds since 1970 UTC. */
export function wallUnixMicros(): number {
  return Date.now() * 1000;
}

/** A clock that never goes back, in microseconds from an arbitrary start. */
export function monotonicMicros(): number {
  return Math.round(performance.now() * 1000);
}
