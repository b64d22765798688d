/**
 * How many threads wait in a call of the system that may never come back, as one to a network disk that is gone. At an
 * orderly end a process waits for its threads, and would for those too.
 */
let held = 0;

/** Counts such a thread. @returns takes it back, when the thread has ended after all. */
export function holdsProcess(): () => void {
  held++;
  return () => {
    held--;
  };
}

/**
 * Ends the process at once where a thread would keep it for ever; everything must be closed by now.
 * @param signal what it ends by, for whoever started it.
 */
export function endHeldProcess(signal: NodeJS.Signals = 'SIGKILL'): void {
  if (held > 0) endBySignal(signal);
}

/** Ends the process at once as a signal does that nobody listens to: whatever its threads are at. */
export function endBySignal(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
