import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

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
  const { cpuMs } = processTime(pid);
  const residentPages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { cpuMs, memoryMiB: (residentPages * PAGE_BYTES) / 2 ** 20 };
}

/** Processor time so far of a process and all below it, in milliseconds. */
export function familyCpuMs(rootPid: number): number {
  const known = new Map<number, ReturnType<typeof processTime>>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      known.set(Number(name), processTime(Number(name)));
    } catch {
      // It ended in between.
    }
  }
  const belongs = (pid: number): boolean => {
    const process = known.get(pid);
    return pid === rootPid || (process !== undefined && belongs(process.parentPid));
  };
  let sum = 0;
  for (const [pid, { cpuMs }] of known) if (belongs(pid)) sum += cpuMs;
  return sum;
}

function processTime(pid: number): { readonly parentPid: number; readonly cpuMs: number } {
  // The second field is the program's name in parentheses, which may hold anything; utime and stime are 14 and 15.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { parentPid: Number(fields[1]), cpuMs: (ticks * 1000) / TICKS_PER_SECOND };
}
