import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RecordingState } from '../../electron/services/recording/live-session.ts';
import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { ExportFolder } from '../support/exported-session.ts';
import { decodeAudio } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  AUDIO,
  buildPage,
  heard,
  launchWithDevices,
  openCapturePage,
  RecordingHost,
} from './capture-page.ts';
import { Pulse } from './pulse.ts';
import { LEAST_LIKENESS, locate, syllables } from './wav.ts';

const SOUND_SECONDS = 120;
/** The way of sound through the server, the browser and its queues; a busy machine's are long, or have lost some. */
const MOST_LATE_MS = 1000;
/** Where a busy machine has laid silence a sound is not found; a little later it is. */
const TRIES = 8;
const NEXT_TRY_SECONDS = 0.2;
const folder = temporaryFolder();

/** Devices of a sound server, pulled and switched by the server and not by the page. */
describe('devices of a sound server', needs('chromium', 'ffmpeg', 'pulseaudio', 'pactl', 'parec'), () => {
  const sounds = [syllables(1, SOUND_SECONDS), syllables(2, SOUND_SECONDS), syllables(3, SOUND_SECONDS)];
  const exports = new ExportFolder();
  let pulse: Pulse;
  let host: RecordingHost;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let beganMillis: number;

  beforeAll(async () => {
    await buildPage(join(folder, 'page'));
    pulse = await Pulse.start(join(folder, 'pulse'));
    host = await RecordingHost.start(join(folder, 'library'), join(folder, 'page'));
    beganMillis = pulse.beginSound();
    await pulse.plug('desk', { description: 'Desk', sound: sounds.slice(0, 2) });
    await pulse.plug('twin', { description: 'Twin', sound: sounds.slice(2) });
    browser = await launchWithDevices(pulse);
    context = await browser.newContext();
  }, 120_000);

  beforeEach(async () => {
    page = await openCapturePage(context, host.host.url);
  });

  // What a test that failed left running is not the next one's.
  afterEach(async () => {
    await page.close();
    await host.recording.close();
    await pulse.unplug('newest');
    await pulse.unplug('other-twin');
  });

  afterAll(async () => {
    await browser.close();
    await host.host.close();
    await pulse.end();
    exports.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function state(): RecordingState {
    const { value } = host.recording.values.state;
    if (value === null) throw new Error('nothing is being recorded');
    return value;
  }

  const troubles = (): Promise<readonly string[]> => page.evaluate(() => window.captureStatus.troubles);
  const connected = (): readonly boolean[] => state().tracks.map((track) => track.connected);
  const position = (): Promise<number> => page.evaluate(() => window.lastPosition / 48_000);

  /** Records these channels of devices by their names, a track each. */
  async function start(...inputs: readonly (readonly [string, number])[]): Promise<void> {
    await page.evaluate(
      async ({ audio, inputs }) => {
        const { capture } = window;
        await capture.request({ kind: 'arm', plan: { tracks: [], audio } });
        const tracks = inputs.map(([label, channel], index) => {
          const device = window.captureStatus.devices.find((other) => other.label === label);
          if (device === undefined)
            throw new Error(`no ${label} among ${JSON.stringify(window.captureStatus.devices)}`);
          const { deviceId } = device;
          return {
            name: `${label} ${channel}`,
            colorIndex: index,
            deviceId,
            deviceLabel: label,
            channels: [channel],
          };
        });
        await capture.request({ kind: 'arm', plan: { tracks, audio } });
        await capture.request({ kind: 'start', title: 'Devices' });
      },
      { audio: AUDIO, inputs },
    );
    await heard(page, 2);
  }

  /**
   * Stops and exports.
   * @returns for each track its gaps, and how late a source is heard in it at a second, in milliseconds; undefined
   * where it is not heard.
   */
  async function stop() {
    const { t0UnixMicros } = state();
    await page.evaluate(() => window.capture.request({ kind: 'stop' }));
    const files = await exports.export(host.folders.at(-1) ?? '', '25');
    return files.map(({ outcome }) => {
      const { samples } = decodeAudio(outcome.path, 'libopus');
      return {
        gaps: outcome.report.gaps.list,
        lateMs: (sound: Float32Array | undefined, second: number): number | undefined => {
          const most = MOST_LATE_MS * SAMPLES_PER_MS;
          for (let attempt = 0; attempt < TRIES; attempt++) {
            const at = Math.round((second + attempt * NEXT_TRY_SECONDS) * SAMPLE_RATE);
            const due = Math.round((t0UnixMicros / 1000 - beganMillis) * SAMPLES_PER_MS) + at;
            const part = samples.subarray(at, at + 1200);
            const found = locate(sound ?? samples, part, due - most, due + most);
            if (found.likeness >= LEAST_LIKENESS) return (due - found.at) / SAMPLES_PER_MS;
          }
          return undefined;
        },
      };
    });
  }

  test(
    'are listed by their own names, each once, and heard as they are when another becomes the default',
    { timeout: 90_000 },
    async () => {
      await pulse.control('set-default-source', 'twin');
      await start(['Desk', 0], ['Desk', 1]);
      const labels = await page.evaluate(() => window.captureStatus.devices.map(({ label }) => label));
      expect(labels).toEqual(['Desk', 'Twin']);
      await pulse.plug('newest', { description: 'Newest', sound: sounds.slice(2) });
      await pulse.control('set-default-source', 'newest');
      const changed = await position();
      await heard(page, changed + 4);
      expect(connected()).toEqual([true, true]);
      const tracks = await stop();
      for (const second of [1, changed + 2]) {
        const [left, right] = tracks.map(({ lateMs }, index) => lateMs(sounds[index], second));
        // Two channels of one device lie to the sample as they were.
        expect(left).toBeDefined();
        expect(left).toBe(right);
      }
    },
  );

  test(
    'that are pulled pause, come back at another sample rate, and are told from others of their name',
    { timeout: 90_000 },
    async () => {
      // Once more, so that it is the first of them also where this is tried again.
      await pulse.unplug('twin');
      await pulse.plug('twin', { description: 'Twin', sound: sounds.slice(2) });
      await pulse.plug('other-twin', { description: 'Twin', sound: sounds.slice(0, 1) });
      await start(['Twin (1)', 0], ['Twin (2)', 0]);
      await pulse.unplug('twin');
      await expect.poll(connected).toEqual([false, true]);
      const lost = state().alerts.find(({ kind }) => kind === 'device-lost');
      expect(lost).toMatchObject({ trackId: 0, cause: { kind: 'device-lost' } });
      const pulled = await position();
      await heard(page, pulled + 3);
      // The other, which now has the name to itself, is not taken for it.
      expect(connected()).toEqual([false, true]);
      await pulse.plug('twin', { description: 'Twin', sound: sounds.slice(2), rate: 44_100 });
      await expect.poll(connected).toEqual([true, true]);
      expect(state().alerts.map(({ kind }) => kind)).toContain('device-returned');
      const back = await position();
      await heard(page, back + 3);
      const [twin, other] = await stop();
      expect(twin?.gaps.length).toBeGreaterThan(0);
      for (const second of [1, back + 1]) {
        expect(twin?.lateMs(sounds[2], second)).toBeDefined();
        expect(other?.lateMs(sounds[0], second)).toBeDefined();
      }
    },
  );

  test('that the system silences say so until they are heard again', { timeout: 60_000 }, async () => {
    await start(['Desk', 0]);
    await pulse.control('set-source-mute', 'desk', '1');
    await expect.poll(troubles).toContain('held');
    await pulse.control('set-source-mute', 'desk', '0');
    await expect.poll(troubles).not.toContain('held');
    expect(connected()).toEqual([true]);
  });
});
