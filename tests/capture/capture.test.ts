import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CapturePlan } from '../../renderer/capture/capture-link.ts';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { ExportFolder } from '../support/exported-session.ts';
import { decodeAudio } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { buildPage, launchMicrophone, openCapturePage, RecordingHost } from './capture-page.ts';
import { locate, syllables, writeWav } from './wav.ts';

/** TAILSLATE_CAPTURE_SECONDS=60 records longer. */
const SECONDS = Number(process.env['TAILSLATE_CAPTURE_SECONDS'] ?? '8');
const folder = temporaryFolder();
const pageFolder = join(folder, 'page');
const wav = join(folder, 'microphone.wav');
const spoken = [syllables(1, SECONDS + 20), syllables(2, SECONDS + 20)];
const AUDIO: CapturePlan['audio'] = {
  bitrate: 96_000,
  tuning: 'voice',
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  keepMuted: false,
};

describe('capture in Chromium', needs('chromium', 'ffmpeg'), () => {
  let host: RecordingHost;
  let browser: Browser;
  let context: BrowserContext;
  const exports = new ExportFolder();

  beforeAll(async () => {
    writeFileSync(wav, writeWav(spoken));
    await buildPage(pageFolder);
    host = await RecordingHost.start(join(folder, 'library'), pageFolder);
    browser = await launchMicrophone(wav);
    context = await browser.newContext();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await host.host.close();
    exports.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    'two tracks come out continuous, at the right speed, aligned to each other',
    { timeout: (SECONDS + 60) * 1000 },
    async () => {
      const page = await openCapturePage(context, host.host.url);
      await arm(page);
      await page.evaluate(() => window.capture.request({ kind: 'start', title: 'Two tracks' }));
      await page.waitForFunction(
        (samples) => window.captureStatus.phase === 'recording' && window.lastPosition >= samples,
        SECONDS * SAMPLE_RATE,
        { timeout: (SECONDS + 30) * 1000 },
      );
      await page.evaluate(() => window.capture.request({ kind: 'stop' }));
      await page.close();

      const session = host.folders.at(-1) ?? '';
      const files = await exports.export(session, '25');
      expect(files.map(({ plan }) => plan.player)).toEqual(['Marit', 'Tomas']);
      const decoded = files.map(({ outcome }) => {
        expect(outcome.report.gaps.list).toEqual([]);
        return decodeAudio(outcome.path, 'libopus').samples;
      });
      const [first, second] = decoded.map((audio, track) => places(spoken[track] ?? audio, audio));
      for (const [index, place] of (first ?? []).entries()) {
        // What a second of the file says lies a second after what the second before said.
        expect(Math.abs(place - (first?.[0] ?? NaN))).toBeLessThanOrEqual(120);
        expect(Math.abs(place - (second?.[index] ?? NaN))).toBeLessThanOrEqual(120);
      }
    },
  );
});

/** Chooses both channels of the first device, a track each. */
async function arm(page: Page): Promise<void> {
  await page.evaluate(async (audio) => {
    const { capture } = window;
    await capture.request({ kind: 'arm', plan: { tracks: [], audio } });
    const [device] = window.captureStatus.devices;
    if (device === undefined) throw new Error('there is no device');
    const tracks = ['Marit', 'Tomas'].map((name, index) => ({
      name,
      colorIndex: index,
      deviceId: device.deviceId,
      deviceLabel: device.label,
      channels: [index],
    }));
    await capture.request({ kind: 'arm', plan: { tracks, audio } });
  }, AUDIO);
}

/** For each second of a recording, how far into the source its sound lies, less where it is in the recording. */
function places(source: Float32Array, recorded: Float32Array): number[] {
  const window = 2400;
  const found: number[] = [];
  for (let at = SAMPLE_RATE / 2; at + window < recorded.length; at += SAMPLE_RATE) {
    const before = found.at(-1);
    // The first is sought with a short piece everywhere, then with all of it nearby.
    const rough =
      before === undefined
        ? locate(source, recorded.subarray(at, at + 600), 0, 15 * SAMPLE_RATE).at
        : at + before;
    const reach = before === undefined ? 20 : 1200;
    const place = locate(source, recorded.subarray(at, at + window), rough - reach, rough + reach);
    expect(place.likeness).toBeGreaterThan(0.6);
    found.push(place.at - at);
  }
  return found;
}
