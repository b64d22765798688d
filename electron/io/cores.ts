import { availableParallelism } from 'node:os';

/** How many threads this machine runs at once. */
export function coreCount(): number {
  return availableParallelism();
}
