import type { Core, DesktopParts, Implementations } from '../../../electron/main/core.ts';
import type { HostTransport } from '../../../electron/main/ipc.ts';
import { contract, type WatchName, type WatchValue } from '../../../shared/ipc/contract.ts';
import { WatchedValue } from '../../../shared/ipc/watched-value.ts';
import { AppError } from '../../../shared/model/errors.ts';

/** A core that keeps what it is told and answers what a test says. */
export class FakeCore implements Core {
  readonly implementations: Implementations;
  readonly calls: (readonly [name: string, input: unknown])[] = [];
  readonly answers = new Map<string, (input: unknown) => unknown>();
  readonly packets: Uint8Array[] = [];
  readonly mediaBytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);
  capturesLost = 0;
  closed = 0;
  readonly #values = new Map<string, WatchedValue<unknown>>();

  constructor() {
    this.set('recording.state', null);
    this.set('exports.queue', { paused: false, progress: null, batches: [] });
    const domains = Object.entries(contract).map(([domain, { calls, values }]) => [
      domain,
      {
        calls: Object.fromEntries(
          Object.keys(calls).map((name) => [
            name,
            (input: unknown) => this.#call(`${domain}.${name}`, input),
          ]),
        ),
        values: Object.fromEntries(
          Object.keys(values).map((name) => [name, this.#value(`${domain}.${name}`)]),
        ),
      },
    ]);
    this.implementations = Object.fromEntries(domains) as Implementations;
  }

  set<N extends WatchName>(name: N, value: WatchValue<N>): void {
    this.#value(name).set(value);
  }

  media = (name: string): ReturnType<Core['media']> =>
    Promise.resolve(
      name === 'take/1'
        ? {
            type: 'audio/ogg',
            sizeBytes: this.mediaBytes.length,
            read: (start, end) => Promise.resolve(this.mediaBytes.slice(start, end)),
          }
        : undefined,
    );

  acceptPackets(frame: Uint8Array): void {
    this.packets.push(frame);
  }

  captureLost(): void {
    this.capturesLost++;
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }

  async #call(name: string, input: unknown): Promise<unknown> {
    this.calls.push([name, input]);
    const answer = this.answers.get(name);
    if (answer === undefined) throw new AppError('unavailable', `${name} is not answered in this test.`);
    return await answer(input);
  }

  #value(name: string): WatchedValue<unknown> {
    let value = this.#values.get(name);
    if (value === undefined) {
      value = new WatchedValue<unknown>({ settings: { appearance: { theme: 'dark' } }, presets: [] });
      this.#values.set(name, value);
    }
    return value;
  }
}

/** Parts to start a desktop with, around a fake core; `connected` are the pages that were served. */
export function fakeParts(core: FakeCore): DesktopParts & {
  readonly connected: HostTransport[];
  readonly received: unknown[];
  served: Implementations | undefined;
  nowMicros: number;
} {
  const parts = {
    connected: [] as HostTransport[],
    received: [] as unknown[],
    served: undefined as Implementations | undefined,
    nowMicros: 0,
    rendererFolder: '/nowhere',
    preloadFile: '/app/out/preload/index.cjs',
    iconFile: '/app/icon.png',
    createCore: () => Promise.resolve(core),
    serve: (served: Implementations, _core: Core, transport: HostTransport) => {
      parts.served = served;
      parts.connected.push(transport);
      transport.onMessage((message) => parts.received.push(message));
    },
    onProcessFault: () => undefined,
    now: () => parts.nowMicros,
  };
  return parts;
}
