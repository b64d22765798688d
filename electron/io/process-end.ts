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
 * Ends the process at once where a thread would keep it for ever; everything must be closed and written by now.
 * @param end what it ends by, for whoever started it: a signal, or with a code.
 */
export function endHeldProcess(end: NodeJS.Signals | number = 'SIGKILL'): void {
  if (held === 0) return;
  if (typeof end === 'number') endWithCode(end);
  else endBySignal(end);
}

/**
 * Every way out of Node waits for its threads; only a program in its place ends with a code. Windows has no such thing:
 * there a process that is ended at once has the code 1.
 */
function endWithCode(code: number): void {
  if (process.platform !== 'win32') process.execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {});
  endBySignal('SIGKILL');
}

/** Ends the process at once as a signal does that nobody listens to: whatever its threads are at. */
export function endBySignal(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
