import { spawnSync } from 'node:child_process';

/** What one run of a program took. */
export interface Sample {
  readonly wallMs: number;
  /** Processor time of all its threads, in user and kernel mode together. */
  readonly cpuMs: number;
  /** The most memory it had at once; undefined for a part of a program. */
  readonly peakMiB?: number;
}

/** Medians over pairs; ratios are medians of each pair's own ratio, A to B. */
export interface Comparison {
  readonly a: Sample;
  readonly b: Sample;
  readonly wall: number;
  readonly cpu: number;
}

/** Bash tells both times to the millisecond, GNU time the memory. */
const SCRIPT = `TIMEFORMAT='%R %U %S'; time command time --format='%M' -- "$@" >/dev/null`;

/**
 * Runs a program and measures it from start to end.
 * @throws Error with what it printed when it fails.
 */
export function measure(command: readonly string[]): Sample {
  const { status, stderr, error } = spawnSync('bash', ['-c', SCRIPT, 'bash', ...command], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${stderr}`);
  const lines = stderr.trim().split('\n');
  const [wall = NaN, user = NaN, system = NaN] = (lines.at(-1) ?? '').split(' ').map(Number);
  const peakKiB = Number(lines.at(-2));
  if (!Number.isFinite(wall + user + system + peakKiB)) {
    throw new Error(`bash and GNU time are needed to measure programs; they said:\n${stderr}`);
  }
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000, peakMiB: peakKiB / 1024 };
}

/** Runs a program that measures a part of itself and prints that as JSON. */
export function measureInside([file = '', ...args]: readonly string[]): Sample {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} failed:\n${stderr}`);
  return JSON.parse(stdout) as Sample;
}

/** Several times what a run of three hours uses, its file in the page cache included: with a quarter it does not help. */
const TOUCHED_BYTES = 0.75 * 2 ** 30;
const PAGE_BYTES = 4096;

/**
 * A virtual machine gives free memory back to its host within seconds, and the first use after that costs ten times
 * as much as another: up to half of a run's time, by chance. So before each run much is used and freed.
 */
function touchMemory(): void {
  const memory = new Uint8Array(TOUCHED_BYTES);
  for (let at = 0; at < TOUCHED_BYTES; at += PAGE_BYTES) memory[at] = 1;
  memory.buffer.transfer(0);
}

/** Measures A and B in turn, so that whatever else the machine does hits both; one pair before the first does not count. */
export function compare(pairs: number, runA: () => Sample, runB: () => Sample): Comparison {
  const a: Sample[] = [];
  const b: Sample[] = [];
  for (let pair = -1; pair < pairs; pair++) {
    touchMemory();
    const sampleA = runA();
    touchMemory();
    const sampleB = runB();
    if (pair < 0) continue;
    a.push(sampleA);
    b.push(sampleB);
  }
  const ratio = (key: 'wallMs' | 'cpuMs'): number =>
    median(a.map((sample, pair) => sample[key] / (b[pair]?.[key] ?? NaN)));
  return { a: middle(a), b: middle(b), wall: ratio('wallMs'), cpu: ratio('cpuMs') };
}

function middle(samples: readonly Sample[]): Sample {
  const peaks = samples.flatMap(({ peakMiB }) => (peakMiB === undefined ? [] : [peakMiB]));
  return {
    wallMs: median(samples.map(({ wallMs }) => wallMs)),
    cpuMs: median(samples.map(({ cpuMs }) => cpuMs)),
    ...(peaks.length > 0 && { peakMiB: median(peaks) }),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}
