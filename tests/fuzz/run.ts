import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Failure, type Tally, fuzz, PARSERS, randomOf } from './fuzz.ts';
import type { FuzzOrder } from './fuzz.worker.ts';

/** An input that takes this long will never end. */
const HANG_MILLIS = 30_000;
/** In place of an input's number while the thread starts, which a busy machine takes its time for. */
const STARTING = -1;
/** Many times what a parser needs. */
const MOST_HEAP_MIB = 512;
const OUT = join(import.meta.dirname, '..', '..', 'artifacts', 'fuzz');

interface RunOptions {
  readonly parsers: readonly string[];
  readonly inputs: number;
  readonly seed: number;
  readonly minutes: number;
}

type Result = Awaited<ReturnType<typeof fuzz>>;

/** Gives every parser its inputs, one parser after the other, and tells what came of it. @returns whether all went well. */
export async function runFuzz({ parsers, inputs, seed, minutes }: RunOptions): Promise<boolean> {
  let isWell = true;
  for (const [at, parser] of parsers.entries()) {
    // What is left of the time is for those that are left.
    const share = (minutes * 60_000) / parsers.length;
    const startMillis = Date.now();
    const untilMillis = minutes > 0 ? startMillis + share : 0;
    const { tally, failure } = await onThread({ parser, seed, first: 0, inputs, untilMillis });
    const seconds = (Date.now() - startMillis) / 1000;
    console.log(line(parser, tally, seconds, seed));
    if (failure !== undefined) {
      isWell = false;
      keep(failure);
    }
    if (at === parsers.length - 1) console.log(isWell ? 'no failures' : 'FAILED');
  }
  return isWell;
}

/** Gives a parser a single input again, on this thread, where a debugger can follow. @returns whether it went well. */
export async function repeat(parserName: string, seed: number, input: number): Promise<boolean> {
  const parser = PARSERS.find(({ name }) => name === parserName);
  if (parser === undefined) throw new Error(`There is no parser ${parserName}.`);
  const { tally, failure } = await fuzz(parser, { seed, first: input, inputs: 1 });
  if (failure !== undefined) keep(failure);
  else console.log(line(parserName, tally, tally.slowestMillis / 1000, seed));
  return failure === undefined;
}

async function onThread(order: Omit<FuzzOrder, 'progress'>): Promise<Result> {
  const progress = new SharedArrayBuffer(4);
  const view = new Int32Array(progress).fill(STARTING);
  const worker = new Worker(new URL('fuzz.worker.ts', import.meta.url), {
    workerData: { ...order, progress } satisfies FuzzOrder,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
  });
  let since = { input: -1, millis: Date.now() };
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result>((resolve) => {
      const broken = (reason: string): void => {
        void brokenAt(order, Atomics.load(view, 0), reason).then(resolve);
      };
      worker.once('message', resolve);
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

/** The failure of a thread that could not tell it. */
async function brokenAt(
  { parser, seed, first }: Omit<FuzzOrder, 'progress'>,
  input: number,
  reason: string,
): Promise<Result> {
  const open = await PARSERS.find(({ name }) => name === parser)?.open();
  const bytes = open?.make(randomOf(seed, input)) ?? new Uint8Array();
  await open?.close?.();
  const tally = { inputs: input - first, read: 0, found: 0, refused: 0, slowestMillis: HANG_MILLIS };
  return { tally, failure: { parser, seed, input, reason, bytes } };
}

function line(parser: string, tally: Tally, seconds: number, seed: number): string {
  const { inputs, read, found, refused, slowestMillis } = tally;
  const rate = Math.round(inputs / Math.max(seconds, 0.001));
  return [
    parser.padEnd(18),
    `${inputs} inputs`.padStart(16),
    `${rate}/s`.padStart(10),
    `read ${read}, with findings ${found}, refused ${refused}; slowest ${slowestMillis.toFixed(1)} ms; seed ${seed}`,
  ].join('  ');
}

function keep({ parser, seed, input, reason, bytes }: Failure): void {
  mkdirSync(OUT, { recursive: true });
  const path = join(OUT, `${parser}-${seed}-${input}.bin`);
  writeFileSync(path, bytes);
  console.error(`${path}\n  npm run fuzz -- --parser ${parser} --seed ${seed} --input ${input}\n  ${reason}`);
}
