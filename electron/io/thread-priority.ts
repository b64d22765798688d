import { constants, setPriority } from 'node:os';

/**
 * Lets the other threads of the machine go first. Only Linux has priorities for a single thread (setpriority(2),
 * notes); elsewhere the whole process would be slowed, so nothing is done.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A courtesy: where the system refuses it the work is done all the same.
  }
}
