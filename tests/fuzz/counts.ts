import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { NO_TALLY, type Tally } from './fuzz.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const counted = v.object({
  tally: v.object({
    inputs: count,
    read: count,
    found: count,
    refused: count,
    slowestMillis: v.number(),
    slowestInput: count,
  }),
  seconds: v.number(),
  /** Number and reason of the input that broke a promise; the next run begins with it. */
  failure: v.nullable(v.object({ input: count, reason: v.string() })),
});

/** What a parser's inputs of one seed, from the first on, have come to in however many runs. */
export type Counted = v.InferOutput<typeof counted>;

export const NOTHING_COUNTED: Counted = { tally: NO_TALLY, seconds: 0, failure: null };

/** Keeps counts in a folder, a file for each parser and seed, so that runs go on where others ended, side by side too. */
export class Counts {
  readonly #folder: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  /** @throws when the file is there and is none of ours. */
  get(parser: string, seed: number): Counted {
    let text: string;
    try {
      text = readFileSync(this.#path(parser, seed), 'utf8');
    } catch {
      return NOTHING_COUNTED;
    }
    return v.parse(counted, JSON.parse(text));
  }

  put(parser: string, seed: number, value: Counted): void {
    const path = this.#path(parser, seed);
    writeFileSync(`${path}.part`, `${JSON.stringify(value)}\n`);
    renameSync(`${path}.part`, path);
  }

  #path(parser: string, seed: number): string {
    return join(this.#folder, `${parser}-${seed}.json`);
  }
}

/** Both together, one after the other. */
export function added(before: Tally, more: Tally): Tally {
  const slower = more.slowestMillis > before.slowestMillis ? more : before;
  return {
    inputs: before.inputs + more.inputs,
    read: before.read + more.read,
    found: before.found + more.found,
    refused: before.refused + more.refused,
    slowestMillis: slower.slowestMillis,
    slowestInput: slower.slowestInput,
  };
}
