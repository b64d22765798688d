// Fuzzes one parser on a thread that can be stopped from outside when an input never comes to an end.
import { parentPort, workerData } from 'node:worker_threads';
import { fuzz, PARSERS, type Failure, type Tally } from './fuzz.ts';

/** What the thread is to do. */
export interface FuzzOrder {
  readonly parser: string;
  readonly seed: number;
  readonly first: number;
  readonly inputs: number;
  /** When to stop, in milliseconds since 1970; 0 for never. */
  readonly untilMillis: number;
  /** One number: the input under way. */
  readonly progress: SharedArrayBuffer;
}

/** What the thread tells: what it has come to, now and then and at the end. */
export interface FuzzReport {
  readonly tally: Tally;
  readonly failure: Failure | undefined;
  readonly isEnd: boolean;
}

const REPORT_EVERY_MILLIS = 2000;

const order = workerData as FuzzOrder;
const progress = new Int32Array(order.progress);
const parser = PARSERS.find(({ name }) => name === order.parser);
if (parser === undefined) throw new Error(`There is no parser ${order.parser}.`);
const report = (words: FuzzReport): void => parentPort?.postMessage(words);
let nextReportMillis = Date.now() + REPORT_EVERY_MILLIS;
const result = await fuzz(parser, {
  ...order,
  onInput: (input) => Atomics.store(progress, 0, input),
  onTally: (tally) => {
    if (Date.now() < nextReportMillis) return;
    nextReportMillis = Date.now() + REPORT_EVERY_MILLIS;
    report({ tally, failure: undefined, isEnd: false });
  },
  isOver: () => order.untilMillis > 0 && Date.now() > order.untilMillis,
});
report({ ...result, isEnd: true });
