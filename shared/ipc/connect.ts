import * as v from 'valibot';
import { AppError } from '../model/errors.ts';
import type { ApiOf, Call, Domains, Snapshot } from './declare.ts';
import {
  type ClientMessage,
  decodeError,
  type FaultHook,
  type HostMessage,
  hostMessage,
  refusal,
} from './envelope.ts';
import { MAX_BUFFERED_FRAME_BYTES, MAX_FRAME_BYTES } from './limits.ts';
import type { Port } from './port.ts';

/** A client's end: the program's calls and values over whatever port is attached at the time. */
export interface Connection<C extends Domains> {
  readonly api: ApiOf<C>;
  /** Bytes of packet frames that were sent and not yet taken; a sender waits while there are many. */
  readonly bufferedBytes: number;
  readonly connected: boolean;
  /**
   * Sends a packet frame. Frames are taken in order.
   * @returns resolves when it was taken. @throws AppError with the reason when it was not.
   */
  sendPackets(frame: Uint8Array): Promise<void>;
  /** Goes on over a new port: watched values are asked for again, and what was seen before is passed over. */
  attach(port: Port): void;
  /** Closes the port; calls under way fail. */
  close(): void;
}

interface PendingCall {
  readonly name: string;
  readonly output: v.GenericSchema;
  resolve(output: unknown): void;
  reject(error: AppError): void;
}

interface PendingFrame {
  readonly bytes: number;
  resolve(): void;
  reject(error: AppError): void;
}

type Listener = (snapshot: Snapshot<unknown>) => void;

interface Watched {
  readonly schema: v.GenericSchema;
  readonly listeners: Set<Listener>;
  last: Snapshot<unknown> | undefined;
  /** The run of the host that `last` is from. */
  lastRunId: string;
}

/** Connects to what `serve` serves at the other end of the port. `onFault` is told what breaks the contract. */
export function connect<C extends Domains>(contract: C, port: Port, onFault: FaultHook): Connection<C> {
  const client = new Client(contract, onFault);
  client.attach(port);
  // The client builds it from the same contract, name by name.
  const api = client.api as unknown as ApiOf<C>;
  return {
    api,
    get bufferedBytes() {
      return client.bufferedBytes;
    },
    get connected() {
      return client.connected;
    },
    sendPackets: (frame) => client.sendPackets(frame),
    attach: (next) => client.attach(next),
    close: () => client.close(),
  };
}

class Client {
  readonly api: Readonly<Record<string, unknown>>;
  bufferedBytes = 0;
  readonly #schemas = new Map<string, v.GenericSchema>();
  readonly #onFault: FaultHook;
  readonly #pending = new Map<number, PendingCall>();
  readonly #frames: PendingFrame[] = [];
  readonly #watched = new Map<string, Watched>();
  #port: Port | undefined;
  #runId = '';
  #lastId = 0;

  constructor(contract: Domains, onFault: FaultHook) {
    this.#onFault = onFault;
    const api: Record<string, unknown> = {};
    for (const [domain, { calls, values }] of Object.entries(contract)) {
      api[domain] = Object.fromEntries(
        Object.entries(calls).map(([name, declared]) => [
          name,
          (input: unknown) => this.#call(`${domain}.${name}`, declared, input),
        ]),
      );
      for (const [name, schema] of Object.entries(values)) this.#schemas.set(`${domain}.${name}`, schema);
    }
    api['watch'] = (name: string, listener: Listener) => this.#watch(name, listener);
    this.api = api;
  }

  get connected(): boolean {
    return this.#port !== undefined;
  }

  attach(port: Port): void {
    this.close();
    this.#port = port;
    port.onMessage((data) => {
      if (this.#port === port) this.#take(data);
    });
    port.onClose(() => {
      if (this.#port === port) this.#lose();
    });
    for (const name of this.#watched.keys()) this.#send({ kind: 'watch', name });
  }

  close(): void {
    const port = this.#port;
    this.#lose();
    port?.close();
  }

  sendPackets(frame: Uint8Array): Promise<void> {
    const bytes = frame.byteLength;
    if (bytes > MAX_FRAME_BYTES) {
      return Promise.reject(new AppError('usage', `A packet frame has at most ${MAX_FRAME_BYTES} bytes.`));
    }
    if (this.bufferedBytes + bytes > MAX_BUFFERED_FRAME_BYTES) {
      return Promise.reject(new AppError('unavailable', 'Packets come faster than the disk takes them.'));
    }
    const port = this.#port;
    if (port === undefined) return Promise.reject(disconnected());
    return new Promise((resolve, reject) => {
      this.#frames.push({ bytes, resolve, reject });
      this.bufferedBytes += bytes;
      port.send(frame);
    });
  }

  #call(name: string, { output }: Call, input: unknown): Promise<unknown> {
    if (this.#port === undefined) return Promise.reject(disconnected());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { name, output, resolve, reject });
      this.#send({ kind: 'call', id, name, input });
    });
  }

  #watch(name: string, listener: Listener): () => void {
    const schema = this.#schemas.get(name);
    if (schema === undefined) throw new AppError('usage', `There is no value named "${name}".`);
    let watched = this.#watched.get(name);
    if (watched === undefined) {
      watched = { schema, listeners: new Set(), last: undefined, lastRunId: '' };
      this.#watched.set(name, watched);
      this.#send({ kind: 'watch', name });
    }
    // One function may watch twice and ends each watching by itself.
    const own: Listener = (snapshot) => listener(snapshot);
    const { listeners, last } = watched;
    listeners.add(own);
    if (last !== undefined) own(last);
    return () => {
      listeners.delete(own);
      if (listeners.size > 0 || this.#watched.get(name)?.listeners !== listeners) return;
      this.#watched.delete(name);
      this.#send({ kind: 'unwatch', name });
    };
  }

  #take(data: unknown): void {
    const message = v.safeParse(hostMessage, data);
    if (message.success) this.#dispatch(message.output);
    else this.#onFault(new Error(`this is no message of the host's: ${refusal(message.issues)}`), 'message');
  }

  #dispatch(message: HostMessage): void {
    switch (message.kind) {
      case 'hello':
        this.#runId = message.runId;
        break;
      case 'answer':
        this.#answer(message.id, message.output);
        break;
      case 'failure':
        this.#failure(message.id, decodeError(message.error));
        break;
      case 'snapshot':
        this.#snapshot(message.name, message.revision, message.value);
        break;
      case 'taken':
        this.#taken(message.error === null ? undefined : decodeError(message.error));
        break;
    }
  }

  #answer(id: number, output: unknown): void {
    const call = this.#pending.get(id);
    if (call === undefined) return;
    this.#pending.delete(id);
    const taken = v.safeParse(call.output, output);
    if (taken.success) {
      call.resolve(taken.output);
      return;
    }
    const why = `The answer to ${call.name} cannot be read. ${refusal(taken.issues)}`;
    const error = new AppError('internal', why, { next: 'Reload the window.' });
    this.#onFault(error, call.name);
    call.reject(error);
  }

  #failure(id: number | null, error: AppError): void {
    const call = id === null ? undefined : this.#pending.get(id);
    if (id === null || call === undefined) {
      this.#onFault(error, 'message');
      return;
    }
    this.#pending.delete(id);
    call.reject(error);
  }

  #snapshot(name: string, revision: number, value: unknown): void {
    const watched = this.#watched.get(name);
    if (watched === undefined) return;
    const { last, lastRunId, schema, listeners } = watched;
    if (last === undefined || lastRunId !== this.#runId || revision > last.revision) {
      const taken = v.safeParse(schema, value);
      if (taken.success) {
        const snapshot = { revision, value: taken.output };
        watched.last = snapshot;
        watched.lastRunId = this.#runId;
        for (const listener of [...listeners]) this.#tell(listener, snapshot, name);
      } else {
        this.#onFault(new Error(`the value cannot be read: ${refusal(taken.issues)}`), name);
      }
    }
    this.#send({ kind: 'seen', name });
  }

  /** One listener that fails keeps nothing from the others. */
  #tell(listener: Listener, snapshot: Snapshot<unknown>, name: string): void {
    try {
      listener(snapshot);
    } catch (error) {
      this.#onFault(error, name);
    }
  }

  #taken(error: AppError | undefined): void {
    const frame = this.#frames.shift();
    if (frame === undefined) return;
    this.bufferedBytes -= frame.bytes;
    if (error === undefined) frame.resolve();
    else frame.reject(error);
  }

  #lose(): void {
    this.#port = undefined;
    const lost = [...this.#pending.values(), ...this.#frames];
    this.#pending.clear();
    this.#frames.length = 0;
    this.bufferedBytes = 0;
    for (const pending of lost) pending.reject(disconnected());
  }

  #send(message: ClientMessage): void {
    this.#port?.send(message);
  }
}

function disconnected(): AppError {
  return new AppError('disconnected', 'The connection to Tailslate is lost, so it did not answer.', {
    next: 'Once it is connected again, look whether it was done before you try again.',
  });
}
