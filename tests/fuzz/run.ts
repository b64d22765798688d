import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { added, type Counted, Counts, NOTHING_COUNTED } from './counts.ts';
import { type Failure, fuzz, NO_TALLY, PARSERS, randomOf, type Tally } from './fuzz.ts';
import type { FuzzOrder, FuzzReport } from './fuzz.worker.ts';

/** An input that takes this long will never end. */
const HANG_MILLIS = 30_000;
/** In place of an input's number while the thread starts, which a busy machine takes its time for. */
const STARTING = -1;
/** Many times what a parser needs. */
const MOST_HEAP_MIB = 512;
const OUT = join(import.meta.dirname, '..', '..', 'artifacts', 'fuzz');

interface RunOptions {
  readonly parsers: readonly string[];
  /** For each parser, those that `countsFolder` knows of included. */
  readonly inputs: number;
  readonly seed: number;
  readonly minutes: number;
  /** Where counts are kept, to go on from; undefined to begin with the first input and keep none. */
  readonly countsFolder: string | undefined;
}

type Result = Awaited<ReturnType<typeof fuzz>>;

/**
 * Gives every parser its inputs, one parser after the other, and prints a table of what came of it. The first failure
 * of a parser ends its turn. @returns whether all went well.
 */
export async function runFuzz({
  parsers,
  inputs,
  seed,
  minutes,
  countsFolder,
}: RunOptions): Promise<boolean> {
  const counts = countsFolder === undefined ? undefined : new Counts(countsFolder);
  console.log(HEADER);
  let total = 0;
  let failures = 0;
  for (const parser of parsers) {
    const share = (minutes * 60_000) / parsers.length;
    const startMillis = Date.now();
    const before = counts?.get(parser, seed) ?? NOTHING_COUNTED;
    const withTally = (tally: Tally, failure: Failure | undefined): Counted => ({
      tally: added(before.tally, tally),
      seconds: before.seconds + (Date.now() - startMillis) / 1000,
      failure: failure === undefined ? null : { input: failure.input, reason: failure.reason },
    });
    const first = before.tally.inputs;
    let now = before;
    if (first < inputs) {
      const { tally, failure } = await onThread(
        { parser, seed, first, inputs: inputs - first, untilMillis: minutes > 0 ? startMillis + share : 0 },
        (soFar) => counts?.put(parser, seed, withTally(soFar, undefined)),
      );
      if (failure !== undefined) keep(failure);
      now = withTally(tally, failure);
      counts?.put(parser, seed, now);
    }
    total += now.tally.inputs;
    if (now.failure !== null) failures++;
    console.log(line(parser, seed, now));
  }
  console.log(`${total} inputs, ${failures === 0 ? 'no failures' : `${failures} FAILED`}`);
  return failures === 0;
}

/** Gives a parser a single input again, on this thread, where a debugger can follow. @returns whether it went well. */
export async function repeat(parserName: string, seed: number, input: number): Promise<boolean> {
  const parser = PARSERS.find(({ name }) => name === parserName);
  if (parser === undefined) throw new Error(`There is no parser ${parserName}.`);
  const { tally, failure } = await fuzz(parser, { seed, first: input, inputs: 1 });
  if (failure !== undefined) keep(failure);
  else {
    const outcome = tally.read > 0 ? 'read' : tally.found > 0 ? 'read with findings' : 'refused';
    console.log(`${outcome} in ${tally.slowestMillis.toFixed(1)} ms`);
  }
  return failure === undefined;
}

async function onThread(
  order: Omit<FuzzOrder, 'progress'>,
  onTally: (tally: Tally) => void,
): Promise<Result> {
  const progress = new SharedArrayBuffer(4);
  const view = new Int32Array(progress).fill(STARTING);
  const worker = new Worker(new URL('fuzz.worker.ts', import.meta.url), {
    workerData: { ...order, progress } satisfies FuzzOrder,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
  });
  let since = { input: -1, millis: Date.now() };
  let last = NO_TALLY;
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result>((resolve) => {
      const broken = (reason: string): void => {
        void brokenAt(order, last, Math.max(order.first, Atomics.load(view, 0)), reason).then(resolve);
      };
      worker.on('message', ({ tally, failure, isEnd }: FuzzReport) => {
        last = tally;
        if (isEnd) resolve({ tally, failure });
        else onTally(tally);
      });
      worker.once('error', (error) => broken(`the thread died: ${String(error)}`));
      watch = setInterval(() => {
        const input = Atomics.load(view, 0);
        if (input === STARTING || input !== since.input) since = { input, millis: Date.now() };
        else if (Date.now() - since.millis > HANG_MILLIS) broken('it never comes to an end');
      }, 1000);
    });
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

/** The failure of a thread that could not tell it; what it told last is what counts. */
async function brokenAt(
  { parser, seed }: Omit<FuzzOrder, 'progress'>,
  tally: Tally,
  input: number,
  reason: string,
): Promise<Result> {
  const open = await PARSERS.find(({ name }) => name === parser)?.open();
  const bytes = open?.make(randomOf(seed, input)) ?? new Uint8Array();
  await open?.close?.();
  return { tally, failure: { parser, seed, input, reason, bytes } };
}

const COLUMNS = [18, 5, 9, 8, 8, 8, 8, 8, 9] as const;
const HEADER = row(['parser', 'seed', 'inputs', 'read', 'found', 'refused', '1/s', 'worst ms', 'its input']);

function line(parser: string, seed: number, { tally, seconds, failure }: Counted): string {
  const { inputs, read, found, refused, slowestMillis, slowestInput } = tally;
  const rate = Math.round(inputs / Math.max(seconds, 0.001));
  const cells = [parser, seed, inputs, read, found, refused, rate, slowestMillis.toFixed(1), slowestInput];
  return `${row(cells)}${failure === null ? '' : `  FAILED at ${failure.input}`}`;
}

function row(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, at) => (at === 0 ? String(cell).padEnd(COLUMNS[0]) : String(cell).padStart(COLUMNS[at] ?? 0)))
    .join(' ');
}

function keep({ parser, seed, input, reason, bytes }: Failure): void {
  mkdirSync(OUT, { recursive: true });
  const path = join(OUT, `${parser}-${seed}-${input}.bin`);
  writeFileSync(path, bytes);
  console.error(`${path}\n  npm run fuzz -- --parser ${parser} --seed ${seed} --input ${input}\n  ${reason}`);
}
