import type { AppImplementations, DesktopParts } from '../../../electron/main/core.ts';
import type { HostedApp } from '../../../electron/services/hosted-app.ts';
import type { MediaRequest } from '../../../shared/ipc/media-path.ts';
import { contract, type WatchName, type WatchValue } from '../../../shared/ipc/contract.ts';
import { WatchedValue } from '../../../shared/ipc/watched-value.ts';
import { AppError } from '../../../shared/model/errors.ts';

/** A core that keeps what it is told and answers what a test says. */
export class FakeCore implements HostedApp {
  readonly implementations: AppImplementations;
  readonly calls: (readonly [name: string, input: unknown])[] = [];
  readonly answers = new Map<string, (input: unknown) => unknown>();
  readonly packets: Uint8Array[] = [];
  readonly mediaBytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);
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
    this.implementations = Object.fromEntries(domains) as AppImplementations;
  }

  set<N extends WatchName>(name: N, value: WatchValue<N>): void {
    this.#value(name).set(value);
  }

  readonly media: HostedApp['media'] = {
    read: (request: MediaRequest) =>
      request.sessionId === 'take/1'
        ? Promise.resolve({ bytes: this.mediaBytes, type: 'application/octet-stream' })
        : Promise.reject(new AppError('not-found', `There is no session ${request.sessionId}.`)),
  };

  acceptPackets(frame: Uint8Array): void {
    this.packets.push(frame);
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

/** Parts to start a desktop with, around a fake core. */
export function fakeParts(core: FakeCore): DesktopParts & { nowMicros: number } {
  const parts: DesktopParts & { nowMicros: number } = {
    nowMicros: 0,
    rendererFolder: '/nowhere',
    preloadFile: '/app/out/preload/index.cjs',
    iconFile: '/app/icon.png',
    runId: 'run-1',
    createCore: () => Promise.resolve(core),
    onProcessFault: () => undefined,
    loadUpdater: undefined,
    now: () => parts.nowMicros,
  };
  return parts;
}
