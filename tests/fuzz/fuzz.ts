import { INTAKE_PARSERS } from './intake-parsers.ts';
import { LOG_PARSERS } from './log-parsers.ts';
import { MEDIA_PARSERS } from './media-parsers.ts';
import type { Outcome, Parser } from './parser.ts';
import { TEXT_PARSERS } from './text-parsers.ts';
import { Random } from '../support/random.ts';

/** Everything that reads bytes of others. */
export const PARSERS: readonly Parser[] = [
  ...LOG_PARSERS,
  ...MEDIA_PARSERS,
  ...TEXT_PARSERS,
  ...INTAKE_PARSERS,
];

/** Far above what an input of a few kilobytes takes of the processor; how long it waits for one is not its fault. */
const MOST_MILLIS = 2000;
/** The same of memory; the heap itself is bounded by whoever starts the run. */
const MOST_ARRAY_BYTES = 96 << 20;
/** Inputs between two looks at the memory, which take as long as an input. */
const LOOK_EVERY = 32;

/** What so many inputs came to, and which of them took the most of the processor. */
export type Tally = Record<Outcome, number> & { inputs: number; slowestMillis: number; slowestInput: number };

export const NO_TALLY: Tally = {
  inputs: 0,
  read: 0,
  found: 0,
  refused: 0,
  slowestMillis: 0,
  slowestInput: 0,
};

/** An input that broke a promise. */
export interface Failure {
  readonly parser: string;
  readonly seed: number;
  /** Number of the input within its seed. */
  readonly input: number;
  readonly reason: string;
  readonly bytes: Uint8Array;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly first: number;
  readonly inputs: number;
  /** Told before each input, so that a watcher knows where a hang is. */
  readonly onInput?: (input: number) => void;
  /** Told now and then what it has come to. */
  readonly onTally?: (tally: Tally) => void;
  /** No more inputs once it is true. */
  readonly isOver?: () => boolean;
}

/** What makes an input: every one has numbers of its own, so that it can be had without those before it. */
export function randomOf(seed: number, input: number): Random {
  return new Random(Math.imul(seed, 0x85eb_ca6b) ^ Math.imul(input + 1, 0x9e37_79b1));
}

/** Gives a parser so many inputs; the first failure ends it. */
export async function fuzz(
  parser: Parser,
  { seed, first, inputs, onInput, onTally, isOver }: FuzzOptions,
): Promise<{ readonly tally: Tally; readonly failure: Failure | undefined }> {
  const tally: Tally = { ...NO_TALLY };
  const open = await parser.open();
  let input = first;
  let before = process.memoryUsage().arrayBuffers;
  const failureOf = (reason: string, bytes: Uint8Array): Failure => ({
    parser: parser.name,
    seed,
    input,
    reason,
    bytes,
  });
  try {
    for (; input < first + inputs && isOver?.() !== true; input++) {
      onInput?.(input);
      const random = randomOf(seed, input);
      const bytes = open.make(random);
      let outcome: Outcome;
      let millis: number;
      try {
        const startUsage = process.threadCpuUsage();
        const reading = open.read(bytes, random);
        outcome = typeof reading === 'string' ? reading : await reading;
        const { user, system } = process.threadCpuUsage(startUsage);
        millis = (user + system) / 1000;
      } catch (error) {
        return { tally, failure: failureOf(textOf(error), bytes) };
      }
      if (millis > MOST_MILLIS)
        return { tally, failure: failureOf(`took ${Math.round(millis)} ms of the processor`, bytes) };
      tally.inputs++;
      tally[outcome]++;
      if (millis > tally.slowestMillis) {
        tally.slowestMillis = millis;
        tally.slowestInput = input;
      }
      if (input % LOOK_EVERY > 0) continue;
      const now = process.memoryUsage().arrayBuffers;
      if (now - before > MOST_ARRAY_BYTES) {
        const reason = `this input or one of the ${LOOK_EVERY} before it took ${(now - before) >> 20} MiB`;
        return { tally, failure: failureOf(reason, bytes) };
      }
      before = now;
      onTally?.(tally);
      // Otherwise a parser that never waits keeps everything else waiting.
      if (input % 1024 === 0) await new Promise(setImmediate);
    }
    return { tally, failure: undefined };
  } finally {
    await open.close?.();
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${textOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
