import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { CaptureAnswer, CaptureRequest, CaptureStatus } from '../../renderer/capture/capture-link.ts';
import type { Api, WatchValue } from '../../shared/ipc/contract.ts';
import { launchWithDevices } from '../capture/capture-page.ts';
import { Pulse } from '../capture/pulse.ts';
import { syllables } from '../capture/wav.ts';
import { Program } from '../e2e/program.ts';
import { type ProcessUse, processUse } from './process-use.ts';

type RecordingState = NonNullable<WatchValue<'recording.state'>>;

/** What the page below leaves for this side to call. */
interface Driven {
  ask: (request: CaptureRequest) => Promise<CaptureAnswer>;
  newest: CaptureStatus | undefined;
}

const AUDIO = {
  bitrate: 96_000,
  tuning: 'voice',
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  keepMuted: false,
} as const;

/** Waiting for anything longer means that it does not come. */
const PATIENCE_MS = 30_000;
/** The sound goes on after the recording has ended, which may begin late. */
const SPARE_SECONDS = 60;

/**
 * The built program and the page that records on the desktop, alone in a browser with devices of a sound server that
 * hear two channels of syllables: as the desktop program runs, without a visible window.
 */
export class CaptureDesk {
  readonly spoken: readonly Float32Array[];
  readonly #pulse: Pulse;
  readonly #program: Program;
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #api: Api;
  #state: RecordingState | null = null;
  #onState: () => void = () => undefined;

  private constructor(
    spoken: readonly Float32Array[],
    pulse: Pulse,
    program: Program,
    browser: Browser,
    page: Page,
    api: Api,
  ) {
    this.spoken = spoken;
    this.#pulse = pulse;
    this.#program = program;
    this.#browser = browser;
    this.#page = page;
    this.#api = api;
    api.watch('recording.state', ({ value }) => {
      this.#state = value;
      this.#onState();
    });
  }

  /**
   * @param seconds that will be recorded at most.
   * @param ppm by how many millionths the crystal of each device runs fast; so many devices there are.
   */
  static async open(folder: string, seconds: number, ppm: readonly number[] = [0]): Promise<CaptureDesk> {
    mkdirSync(join(folder, 'library'), { recursive: true });
    const spoken = [syllables(1, seconds + SPARE_SECONDS), syllables(2, seconds + SPARE_SECONDS)];
    const pulse = await Pulse.start(join(folder, 'pulse'));
    const [program, browser] = await Promise.all([Program.start(folder), launchWithDevices(pulse)]);
    pulse.beginSound();
    for (const [index, own] of ppm.entries())
      await pulse.plug(`input-${index}`, { description: `Input ${index + 1}`, sound: spoken, ppm: own });
    const context = await browser.newContext();
    const page = await context.newPage();
    const { origin } = new URL(program.url);
    // The entrance gives the cookie; then the page goes where the desktop's hidden one is.
    await page.goto(program.url);
    await page.goto(`${origin}/capture.html`);
    await page.evaluate(() => {
      const channel = new BroadcastChannel('tailslate-capture');
      const waiting = new Map<string, (message: { kind: string; answer: CaptureAnswer }) => void>();
      const driven = globalThis as unknown as Driven;
      channel.onmessage = ({ data }: MessageEvent<{ kind: string; id: string; status: CaptureStatus }>) => {
        if (data.kind === 'status') driven.newest = data.status;
        waiting.get(data.id)?.(data as unknown as { kind: string; answer: CaptureAnswer });
      };
      driven.ask = (request) =>
        new Promise((resolve, reject) => {
          const id = crypto.randomUUID();
          waiting.set(id, (message) => {
            waiting.delete(id);
            if (message.kind === 'answer') resolve(message.answer);
            else reject(new Error(JSON.stringify(message)));
          });
          channel.postMessage({ kind: 'request', id, request });
        });
      channel.postMessage({ kind: 'hello' });
    });
    return new CaptureDesk(spoken, pulse, program, browser, page, await program.client(context));
  }

  /** Opens so many tracks: left and right in turn, of one device after the other. */
  async arm(tracks: number): Promise<void> {
    await this.ask({ kind: 'arm', plan: { tracks: [], audio: AUDIO } });
    await this.#page.waitForFunction(
      () => ((globalThis as unknown as Driven).newest?.devices.length ?? 0) > 0,
    );
    const { devices } = await this.status();
    const planned = Array.from({ length: tracks }, (_, index) => {
      const device = devices[index % devices.length];
      if (device === undefined) throw new Error('the browser has no microphone');
      const { deviceId, label: deviceLabel } = device;
      const channels = [index % this.spoken.length];
      return { name: `Player ${index + 1}`, colorIndex: index % 8, deviceId, deviceLabel, channels };
    });
    await this.ask({ kind: 'arm', plan: { tracks: planned, audio: AUDIO } });
  }

  ask(request: CaptureRequest): Promise<CaptureAnswer> {
    return this.#page.evaluate((asked) => (globalThis as unknown as Driven).ask(asked), request);
  }

  /** @throws Error before the page has told any. */
  async status(): Promise<CaptureStatus> {
    const newest = await this.#page.evaluate(() => (globalThis as unknown as Driven).newest);
    if (newest === undefined) throw new Error('the page that records says nothing');
    return newest;
  }

  /** The newest state of the recording that fits. @throws Error when none does in time. */
  async until(fits: (state: RecordingState) => boolean, patienceMs = PATIENCE_MS): Promise<RecordingState> {
    const { promise, resolve, reject } = Promise.withResolvers<RecordingState>();
    const timer = setTimeout(
      () => reject(new Error(`the recording stays at ${JSON.stringify(this.#state)}`)),
      patienceMs,
    );
    this.#onState = () => {
      if (this.#state !== null && fits(this.#state)) resolve(this.#state);
    };
    this.#onState();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#onState = () => undefined;
    }
  }

  /** Sets a marker at this moment. @returns the moment, in milliseconds since 1970 by the page's clock. */
  markNow(): Promise<number> {
    return this.#page.evaluate(async () => {
      const atMillis = performance.timeOrigin + performance.now();
      const { ask } = globalThis as unknown as Driven;
      await ask({ kind: 'mark', marker: 'marker', name: '', atMillis });
      return atMillis;
    });
  }

  /** Where the session lies. */
  async folderOf(sessionId: string): Promise<string> {
    const { folder } = await this.#api.library.get({ sessionId });
    return folder;
  }

  hostUse(): ProcessUse {
    return processUse(this.#program.child.pid ?? NaN);
  }

  /** Of the browser's process that has the page: the one that worked most. */
  async pageUse(): Promise<ProcessUse> {
    const browser = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    await browser.detach();
    const uses = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => processUse(id));
    const [most] = uses.toSorted((a, b) => b.cpuMs - a.cpuMs);
    if (most === undefined) throw new Error('the browser has no page');
    return most;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#program.end();
    await this.#pulse.end();
  }
}
