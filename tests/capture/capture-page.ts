import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { startBrowserHost, type BrowserHost } from '../../electron/browser-host/host.ts';
import { Recording } from '../../electron/services/recording/recording.ts';
import { sessionFolders } from '../../electron/services/recording/session-folders.ts';
import { systemPorts } from '../../electron/services/recording/system-ports.ts';
import type { CapturePlan } from '../../renderer/capture/capture-link.ts';
import { parsePacketFrame } from '../../shared/ipc/packet-frame.ts';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { FakeApp } from '../support/fake-api.ts';
import { programPath } from '../support/programs.ts';
import type { Pulse } from './pulse.ts';

/** How tests record. */
export const AUDIO: CapturePlan['audio'] = {
  bitrate: 96_000,
  tuning: 'voice',
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  keepMuted: false,
};

/** Bundles the engine's page as the program's own pages are. */
export async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'page'),
    base: './',
    logLevel: 'error',
    build: { outDir, target: 'chrome150', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
}

/** The real recording service on a folder, behind the real browser host. */
export class RecordingHost {
  readonly recording: Recording;
  readonly folders: string[] = [];
  readonly host: BrowserHost;

  private constructor(recording: Recording, host: BrowserHost, folders: string[]) {
    this.recording = recording;
    this.host = host;
    this.folders = folders;
  }

  static async start(library: string, pageFolder: string, port = 0): Promise<RecordingHost> {
    const folders: string[] = [];
    const recording = new Recording(
      systemPorts({
        folders: (title, startUnixMicros, zone) => sessionFolders(library, title, startUnixMicros, zone),
        durabilityMillis: () => 250,
        holder: 'test',
        onSession: ({ folder, recording: begins }) => {
          if (begins) folders.push(folder);
        },
      }),
    );
    const fake = new FakeApp();
    const app = {
      implementations: { ...fake.implementations, recording },
      media: fake.media,
      acceptPackets: (frame: Uint8Array) => void recording.accept(parsePacketFrame(frame)),
      close: () => recording.close(),
    };
    const host = await startBrowserHost({ app, pageFolder, port, onFault: (error) => console.error(error) });
    return new RecordingHost(recording, host, folders);
  }
}

/** What lets a page hear microphones without a click. */
const HEARING = [
  '--no-sandbox',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

/** A browser whose microphone plays a file, once. */
export async function launchMicrophone(wavPath: string): Promise<Browser> {
  return chromium.launch({
    executablePath: programPath('chromium'),
    args: [
      ...HEARING,
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${wavPath}%noloop`,
    ],
  });
}

/** A browser with the devices of a sound server, speakers too. */
export async function launchWithDevices({ env }: Pulse): Promise<Browser> {
  return chromium.launch({
    executablePath: programPath('chromium'),
    env,
    args: HEARING,
    // Playwright's own, which would have the context run by a clock of the browser's.
    ignoreDefaultArgs: ['--mute-audio'],
  });
}

export async function openCapturePage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`page: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.error('page:', error));
  await page.goto(url);
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  return page;
}

/** Waits until so many seconds of the session were heard. */
export async function heard(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction(
    (samples) => window.captureStatus.phase === 'recording' && window.lastPosition >= samples,
    seconds * SAMPLE_RATE,
    { timeout: (seconds + 30) * 1000 },
  );
}

/** Chooses both channels of the first device, or the first of two devices, a track each. */
export async function arm(page: Page, apart = false): Promise<void> {
  await page.evaluate(
    async ({ audio, apart }) => {
      const { capture } = window;
      await capture.request({ kind: 'arm', plan: { tracks: [], audio } });
      const { devices } = window.captureStatus;
      const tracks = ['Marit', 'Tomas'].map((name, index) => {
        const device = devices[apart ? index : 0];
        if (device === undefined) throw new Error('there is no device');
        const { deviceId, label } = device;
        return { name, colorIndex: index, deviceId, deviceLabel: label, channels: [apart ? 0 : index] };
      });
      await capture.request({ kind: 'arm', plan: { tracks, audio } });
    },
    { audio: AUDIO, apart },
  );
}

/**
 * The gaps that are not what the page told that nobody heard: a machine without time leaves some, each as long as
 * was told. With nothing told, all of them.
 * @param gaps of a track's export.
 * @param unheardSamples of the same track in `window.unheardSamples`, after the stop.
 */
export function otherGaps<Gap extends { readonly durationSamples: number }>(
  gaps: readonly Gap[],
  unheardSamples: number | undefined,
): readonly Gap[] {
  let left = unheardSamples ?? 0;
  return gaps
    .toSorted((a, b) => a.durationSamples - b.durationSamples)
    .filter(({ durationSamples }) => {
      const told = durationSamples <= left;
      if (told) left -= durationSamples;
      return !told;
    });
}

/**
 * What the page says that nobody heard of each track, in samples; final after the stop.
 * @param before the same of an earlier load of the page.
 */
export async function unheard(page: Page, before: readonly number[] = []): Promise<readonly number[]> {
  const now = await page.evaluate(() => window.unheardSamples);
  return now.map((samples, track) => samples + (before[track] ?? 0));
}
