import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface ProcessUse {
  /** Processor time of all its threads, in user and kernel mode together. */
  readonly cpuMs: number;
  readonly memoryMiB: number;
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const PAGE_BYTES = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));

/** Reads /proc, which only Linux has. @throws Error when there is no such process. */
export function processUse(pid: number): ProcessUse {
  // The second field is the program's name in parentheses, which may hold anything; utime and stime are 14 and 15.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const residentPages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return {
    cpuMs: (ticks * 1000) / TICKS_PER_SECOND,
    memoryMiB: (residentPages * PAGE_BYTES) / 2 ** 20,
  };
}
