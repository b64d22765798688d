import * as v from 'valibot';
import { AppError } from '../model/errors.ts';
import type { Call, Domains, Implementations, Snapshot } from './declare.ts';
import {
  type ClientMessage,
  clientMessage,
  encodeError,
  type FaultHook,
  type HostMessage,
  refusal,
} from './envelope.ts';
import {
  MAX_BUFFERED_FRAME_BYTES,
  MAX_FRAME_BYTES,
  MAX_MESSAGE_WEIGHT,
  MAX_PENDING_CALLS,
  weightOf,
} from './limits.ts';
import type { Port } from './port.ts';

/** A host never closes a port by itself; whoever made it does. */
type ServedPort = Omit<Port, 'close'>;

export interface ServeOptions {
  /** Names this run of the program: revisions of values count within it. */
  readonly runId: string;
  /** Takes a packet frame, in the order they were sent. What it throws, or rejects with, goes to the sender. */
  readonly acceptPackets: (frame: Uint8Array) => Promise<void> | void;
  readonly onFault: FaultHook;
}

interface ServedCall {
  readonly declared: Call;
  readonly run: (input: unknown) => Promise<unknown>;
}

interface ServedValue {
  readonly schema: v.GenericSchema;
  readonly watch: (listener: (snapshot: Snapshot<unknown>) => void) => () => void;
}

/** One client's watching of one value. */
interface Watching {
  end: () => void;
  /** Sent and not yet seen. */
  underWay: boolean;
  /** The newest snapshot since; earlier ones are nobody's news any more. */
  waiting: Snapshot<unknown> | undefined;
}

/**
 * Serves the contract to whoever is at the other end of a port, and trusts nothing that comes from there.
 * @returns ends the serving; the port's closing does too. Calls that are running run to their end.
 */
export function serve<C extends Domains>(
  contract: C,
  implementations: Implementations<C>,
  port: ServedPort,
  options: ServeOptions,
): () => void {
  const service = new Service(contract, implementations, port, options);
  port.onMessage((data) => service.take(data));
  port.onClose(() => service.end());
  service.greet();
  return () => service.end();
}

class Service {
  readonly #calls: ReadonlyMap<string, ServedCall>;
  readonly #values: ReadonlyMap<string, ServedValue>;
  readonly #watchings = new Map<string, Watching>();
  readonly #port: ServedPort;
  readonly #options: ServeOptions;
  #pendingCalls = 0;
  #frameBytes = 0;
  /** Frames are answered in the order they came, whatever order they are done in. */
  #lastFrame: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(contract: Domains, implementations: object, port: ServedPort, options: ServeOptions) {
    this.#port = port;
    this.#options = options;
    const calls = new Map<string, ServedCall>();
    const values = new Map<string, ServedValue>();
    for (const [domain, { calls: declaredCalls, values: schemas }] of Object.entries(contract)) {
      const implementation = (implementations as Readonly<Record<string, Loose>>)[domain];
      for (const [name, declared] of Object.entries(declaredCalls)) {
        const run = async (input: unknown): Promise<unknown> => implementation?.calls[name]?.(input);
        calls.set(`${domain}.${name}`, { declared, run });
      }
      for (const [name, schema] of Object.entries(schemas)) {
        const value = implementation?.values[name];
        if (value !== undefined) {
          values.set(`${domain}.${name}`, { schema, watch: (listener) => value.watch(listener) });
        }
      }
    }
    this.#calls = calls;
    this.#values = values;
  }

  greet(): void {
    this.#send({ kind: 'hello', runId: this.#options.runId });
  }

  take(data: unknown): void {
    if (this.#ended) return;
    if (data instanceof Uint8Array) {
      this.#takeFrame(data);
      return;
    }
    const id = idOf(data);
    if (weightOf(data, MAX_MESSAGE_WEIGHT) > MAX_MESSAGE_WEIGHT) {
      this.#fail(
        id,
        new AppError('usage', 'The message is too large.', { next: 'Choose fewer things at once.' }),
      );
      return;
    }
    const message = v.safeParse(clientMessage, data);
    if (message.success) this.#dispatch(message.output);
    else
      this.#fail(id, new AppError('usage', `This is no message of Tailslate's: ${refusal(message.issues)}`));
  }

  end(): void {
    this.#ended = true;
    for (const watching of this.#watchings.values()) watching.end();
    this.#watchings.clear();
  }

  #dispatch(message: ClientMessage): void {
    switch (message.kind) {
      case 'call':
        void this.#call(message.id, message.name, message.input);
        break;
      case 'watch':
        this.#watch(message.name);
        break;
      case 'unwatch':
        this.#watchings.get(message.name)?.end();
        this.#watchings.delete(message.name);
        break;
      case 'seen':
        this.#seen(message.name);
        break;
    }
  }

  async #call(id: number, name: string, input: unknown): Promise<void> {
    try {
      const call = this.#calls.get(name);
      if (call === undefined) throw new AppError('usage', `There is no call named "${name}".`);
      if (this.#pendingCalls >= MAX_PENDING_CALLS) {
        throw new AppError(
          'unavailable',
          `${MAX_PENDING_CALLS} calls are waiting for their answers already.`,
          {
            next: 'Wait for some of them.',
          },
        );
      }
      const taken = v.safeParse(call.declared.input, input);
      if (!taken.success) {
        throw new AppError('usage', `${name} does not take this. ${refusal(taken.issues)}`);
      }
      this.#pendingCalls++;
      try {
        const given = v.safeParse(call.declared.output, await call.run(taken.output));
        if (!given.success) throw new Error(`the answer breaks the contract: ${refusal(given.issues)}`);
        this.#send({ kind: 'answer', id, output: given.output });
      } finally {
        this.#pendingCalls--;
      }
    } catch (error) {
      this.#fail(id, error, name);
    }
  }

  #watch(name: string): void {
    const value = this.#values.get(name);
    if (value === undefined) {
      this.#fail(null, new AppError('usage', `There is no value named "${name}".`));
      return;
    }
    if (this.#watchings.has(name)) return;
    const watching: Watching = { end: () => undefined, underWay: false, waiting: undefined };
    this.#watchings.set(name, watching);
    watching.end = value.watch((snapshot) => {
      if (watching.underWay) watching.waiting = snapshot;
      else this.#show(name, value.schema, snapshot, watching);
    });
  }

  #show(name: string, schema: v.GenericSchema, snapshot: Snapshot<unknown>, watching: Watching): void {
    const { revision } = snapshot;
    const given = v.safeParse(schema, snapshot.value);
    if (!given.success) {
      this.#options.onFault(new Error(`the value breaks the contract: ${refusal(given.issues)}`), name);
      return;
    }
    watching.underWay = true;
    this.#send({ kind: 'snapshot', name, revision, value: given.output });
  }

  #seen(name: string): void {
    const watching = this.#watchings.get(name);
    const value = this.#values.get(name);
    if (watching === undefined || value === undefined) return;
    const { waiting } = watching;
    watching.underWay = false;
    watching.waiting = undefined;
    if (waiting !== undefined) this.#show(name, value.schema, waiting, watching);
  }

  #takeFrame(frame: Uint8Array): void {
    const taken = this.#accept(frame);
    this.#lastFrame = Promise.all([taken, this.#lastFrame]).then(([error]) => {
      this.#send({
        kind: 'taken',
        error: error === undefined ? null : encodeError(error, 'packets', this.#options.onFault),
      });
    });
  }

  /** @returns what went wrong, or nothing. */
  async #accept(frame: Uint8Array): Promise<unknown> {
    if (frame.byteLength > MAX_FRAME_BYTES) {
      return new AppError('usage', `A packet frame has at most ${MAX_FRAME_BYTES} bytes.`);
    }
    if (this.#frameBytes + frame.byteLength > MAX_BUFFERED_FRAME_BYTES) {
      return new AppError('unavailable', 'Packets come faster than the disk takes them.');
    }
    this.#frameBytes += frame.byteLength;
    try {
      await this.#options.acceptPackets(frame);
      return undefined;
    } catch (error) {
      return error ?? new Error('packets were refused without a reason');
    } finally {
      this.#frameBytes -= frame.byteLength;
    }
  }

  #fail(id: number | null, error: unknown, place = 'message'): void {
    this.#send({ kind: 'failure', id, error: encodeError(error, place, this.#options.onFault) });
  }

  #send(message: HostMessage): void {
    if (!this.#ended) this.#port.send(message);
  }
}

/** What serving needs of an implementation whose exact type the caller's was checked against. */
interface Loose {
  readonly calls: Readonly<Record<string, (input: unknown) => Promise<unknown>>>;
  readonly values: Readonly<Record<string, Pick<ServedValue, 'watch'>>>;
}

/** The number of a call that cannot be read otherwise, so that its caller is answered at all. */
function idOf(data: unknown): number | null {
  if (typeof data !== 'object' || data === null || !('id' in data)) return null;
  return typeof data.id === 'number' && Number.isSafeInteger(data.id) && data.id >= 0 ? data.id : null;
}
