import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGE } from '../../electron/main/scheme.ts';
import type { CaptureRequest, CaptureStatus } from '../../renderer/capture/capture-link.ts';
import { CHANNEL } from '../../shared/ipc/bridge.ts';
import type { WatchValue } from '../../shared/ipc/contract.ts';
import { parsePacketFrame, serialisePacketFrame, sessionTag } from '../../shared/ipc/packet-frame.ts';
import { AUDIO } from '../capture/capture-page.ts';
import { syllables, writeWav } from '../capture/wav.ts';
import { attempt } from '../support/electron/contents.ts';
import { openInChromium, serveWorklets } from '../support/electron/chromium-page.ts';
import { connectPage, type Desk, settled, speak, startDesk } from '../support/electron/desk.ts';
import { emitters } from '../support/electron/state.ts';
import type { FakeWindow } from '../support/electron/window.ts';
import { needs, programPath } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SESSION_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const recordingState = { positionSamples: 480_000 } as WatchValue<'recording.state'>;

/** A started program whose visible page asked for the window that records. */
async function prepared(): Promise<Desk & { readonly capture: () => FakeWindow }> {
  const desk = await startDesk();
  connectPage(desk.window);
  speak(desk.window, CHANNEL.prepareCapture);
  const capture = (): FakeWindow => {
    const newest = desk.electron.windows.at(-1);
    if (newest === undefined || newest === desk.window) throw new Error('no window records');
    return newest;
  };
  return { ...desk, capture };
}

function frame(positionSamples: number): Uint8Array {
  const level = { peakDb: null, rmsDb: null, clipped: false };
  const packets = [Uint8Array.of(0x78, 1)];
  return serialisePacketFrame({
    sessionTag: sessionTag(SESSION_ID),
    track: 0,
    positionSamples,
    packets,
    level,
  });
}

describe('the window that records', () => {
  test('is hidden, confined as every page is, and not slowed down', async () => {
    const { capture } = await prepared();
    expect(capture().options).toMatchObject({
      show: false,
      skipTaskbar: true,
      focusable: false,
      webPreferences: {
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        backgroundThrottling: false,
        autoplayPolicy: 'no-user-gesture-required',
        preload: '/app/out/preload/index.cjs',
      },
    });
    expect(capture().loaded).toEqual([PAGE.capture]);
    expect(capture().visible).toBe(false);
  });

  test('does not open another of itself', async () => {
    const { electron, capture } = await prepared();
    connectPage(capture());
    speak(capture(), CHANNEL.prepareCapture);
    expect(electron.windows).toHaveLength(2);
  });

  test('sends its packets on while the visible page is loaded again, hangs and crashes', async () => {
    const { core, window, capture } = await prepared();
    const page = connectPage(capture());
    await page.sendPackets(frame(0));
    connectPage(window);
    speak(window, CHANNEL.prepareCapture);
    await page.sendPackets(frame(960));
    window.crash();
    await settled();
    await page.sendPackets(frame(1920));
    expect(page.ended).toBe(false);
    expect(core.packets.map((bytes) => parsePacketFrame(bytes).positionSamples)).toEqual([0, 960, 1920]);
  });

  test('is asked about before it closes with the program, and goes on when that is not wanted', async () => {
    const { electron, core, window, capture } = await prepared();
    const page = connectPage(capture());
    core.set('recording.state', recordingState);
    electron.responses.push(0, 0);
    window.close();
    await settled();
    attempt(emitters.app, 'before-quit');
    await settled();
    expect(electron.asked.map(({ options }) => options.message)).toEqual([
      'A recording is running.',
      'A recording is running.',
    ]);
    await page.sendPackets(frame(0));
    expect(core.packets).toHaveLength(1);
    expect(capture().destroyed).toBe(false);
  });

  test('closes only after the recording was stopped', async () => {
    const { electron, core, window, capture } = await prepared();
    const recording = capture();
    core.set('recording.state', recordingState);
    electron.responses.push(1);
    let openAtStop = false;
    core.answers.set('recording.stop', () => {
      openAtStop = !recording.destroyed;
      core.set('recording.state', null);
      return { sessionId: SESSION_ID };
    });
    window.close();
    await settled();
    expect(openAtStop).toBe(true);
    expect(core.closed).toBe(1);
    expect(recording.destroyed).toBe(true);
    expect(electron.exitCode).toBe(0);
  });

  test('that crashes is noted and replaced; the new one is served, the old one is not heard any more', async () => {
    const { core, window, capture, userDataFolder } = await prepared();
    const first = capture();
    const page = connectPage(first);
    core.set('recording.state', recordingState);
    const { calls } = core;
    first.crash('oom');
    await settled();
    expect(first.destroyed).toBe(true);
    expect(readFileSync(join(userDataFolder, 'faults.log'), 'utf8')).toContain('capture: oom');
    const again = connectPage(capture());
    await again.sendPackets(frame(48_000));
    void page.sendPackets(frame(0)).catch(() => undefined);
    await settled();
    expect(core.packets.map((bytes) => parsePacketFrame(bytes).positionSamples)).toEqual([48_000]);
    // The recording is the core's: nobody stopped it, and the visible window did not notice.
    expect(calls).toEqual([]);
    expect(window.destroyed).toBe(false);
  });

  test('that was given up is opened again when the visible page is loaded again', async () => {
    const { electron, window, capture } = await prepared();
    for (let failure = 0; failure < 3; failure++) capture().crash();
    expect(electron.notifications.at(-1)?.title).toBe('Capture keeps failing');
    expect(electron.windows.filter(({ destroyed }) => !destroyed)).toEqual([window]);
    connectPage(window);
    speak(window, CHANNEL.prepareCapture);
    expect(capture().destroyed).toBe(false);
  });
});

/** What the page below leaves for this side. */
interface Linked {
  ask: (request: CaptureRequest) => Promise<unknown>;
  newest: CaptureStatus | undefined;
}

describe('the built page that records, in Chromium', needs('chromium'), () => {
  const root = join(import.meta.dirname, '..', '..');
  const preload = join(root, 'out', 'preload', 'index.cjs');
  let browser: Browser;
  let context: BrowserContext;
  let desk: Desk;
  let worklets: Awaited<ReturnType<typeof serveWorklets>>;

  beforeAll(async () => {
    const wav = join(temporaryFolder(), 'microphone.wav');
    writeFileSync(wav, writeWav([syllables(1, 30)]));
    worklets = await serveWorklets();
    browser = await chromium.launch({
      executablePath: programPath('chromium'),
      args: [
        '--no-sandbox',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${wav}`,
        '--autoplay-policy=no-user-gesture-required',
        worklets.argument,
      ],
    });
    context = await browser.newContext();
    desk = await startDesk({
      prepare: (_electron, _core, parts) =>
        Object.assign(parts, { rendererFolder: join(root, 'out', 'renderer') }),
    });
  });

  afterAll(async () => {
    await browser.close();
    worklets.close();
  });

  /** Another page of the same origin, which speaks to the one that records as the visible one does. */
  async function link(page: Page): Promise<void> {
    await page.evaluate(() => {
      const linked = globalThis as unknown as Linked;
      const channel = new BroadcastChannel('tailslate-capture');
      const waiting = new Map<string, (message: unknown) => void>();
      channel.onmessage = ({ data }: MessageEvent<{ kind: string; id: string; status: CaptureStatus }>) => {
        if (data.kind === 'status') linked.newest = data.status;
        waiting.get(data.id)?.(data);
      };
      linked.ask = (request) =>
        new Promise((resolve) => {
          const id = crypto.randomUUID();
          waiting.set(id, resolve);
          channel.postMessage({ kind: 'request', id, request });
        });
      channel.postMessage({ kind: 'hello' });
    });
  }

  test('records over the preload, and is linked again after it was opened anew', async () => {
    const { core, electron, window } = desk;
    connectPage(window);
    speak(window, CHANNEL.prepareCapture);
    const [, first] = electron.windows;
    if (first === undefined) throw new Error('no window records');
    core.answers.set('recording.start', () => ({ sessionId: SESSION_ID, trackIds: [0] }));
    for (const call of ['recording.anchor', 'recording.device']) core.answers.set(call, () => ({}));
    core.answers.set('recording.stop', () => ({ sessionId: SESSION_ID }));
    const hidden = await openInChromium(context, first, preload);
    const visible = await context.newPage();
    const { origin } = new URL(hidden.url());
    await visible.route(`${origin}/visible`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '' }),
    );
    await visible.goto(`${origin}/visible`);
    await link(visible);
    await visible.waitForFunction(() => (globalThis as unknown as Linked).newest?.phase === 'idle');
    const ask = (request: CaptureRequest): Promise<unknown> =>
      visible.evaluate((asked) => (globalThis as unknown as Linked).ask(asked), request);
    await ask({ kind: 'arm', plan: { tracks: [], audio: AUDIO } });
    const device = await visible.evaluate(() => (globalThis as unknown as Linked).newest?.devices[0]);
    const { deviceId = '', label = '' } = device ?? {};
    const input = { name: 'Marit', colorIndex: 0, deviceId, deviceLabel: label, channels: [0] };
    await ask({ kind: 'arm', plan: { tracks: [input], audio: AUDIO } });
    expect(await ask({ kind: 'start', title: 'Desktop' })).toMatchObject({
      kind: 'answer',
      answer: { sessionId: SESSION_ID },
    });
    await expect.poll(() => core.packets.length).toBeGreaterThan(5);
    expect(core.packets.map((bytes) => parsePacketFrame(bytes).sessionTag)).toContain(sessionTag(SESSION_ID));

    await hidden.close();
    first.crash();
    const again = electron.windows.at(-1);
    if (again === undefined || again === first) throw new Error('it was not opened again');
    await openInChromium(context, again, preload);
    await visible.waitForFunction(() => (globalThis as unknown as Linked).newest?.phase === 'idle');
    expect(await ask({ kind: 'disarm' })).toMatchObject({ kind: 'answer' });
  });
});
