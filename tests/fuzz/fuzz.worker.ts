// Fuzzes one parser on a thread that can be stopped from outside when an input never comes to an end.
import { parentPort, workerData } from 'node:worker_threads';
import { fuzz, PARSERS } from './fuzz.ts';

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

const order = workerData as FuzzOrder;
const progress = new Int32Array(order.progress);
const parser = PARSERS.find(({ name }) => name === order.parser);
if (parser === undefined) throw new Error(`There is no parser ${order.parser}.`);
const result = await fuzz(parser, {
  ...order,
  onInput: (input) => Atomics.store(progress, 0, input),
  isOver: () => order.untilMillis > 0 && Date.now() > order.untilMillis,
});
parentPort?.postMessage(result);
