import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { ExportFolder } from '../support/exported-session.ts';
import { decodeAudio } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  arm,
  AUDIO,
  buildPage,
  heard,
  launchMicrophone,
  openCapturePage,
  otherGaps,
  RecordingHost,
  unheard,
} from './capture-page.ts';
import { places, syllables, writeWav } from './wav.ts';

/** What the speed of a recording is told from. */
const SECONDS = 60;
/** A machine that is busy when a device is opened draws its sound to its place within so long. */
const SETTLED_SECONDS = 15;
const MOST_DRIFT = 10e-6;
const folder = temporaryFolder();
const pageFolder = join(folder, 'page');
const wav = join(folder, 'microphone.wav');
const spoken = [syllables(1, SECONDS + 20), syllables(2, SECONDS + 20)];

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

  // What a test that failed left running is not the next one's.
  afterEach(async () => {
    await Promise.all(context.pages().map((page) => page.close()));
    await host.recording.close();
  });

  afterAll(async () => {
    await browser.close();
    await host.host.close();
    exports.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    'two tracks come out continuous, at the right speed, aligned to each other',
    { timeout: (SECONDS + 120) * 1000 },
    async () => {
      const page = await openCapturePage(context, host.host.url);
      await arm(page);
      await page.evaluate(() => window.capture.request({ kind: 'start', title: 'Two tracks' }));
      await heard(page, SECONDS);
      await page.evaluate(() => window.capture.request({ kind: 'stop' }));
      const missed = await unheard(page);
      await page.close();

      const session = host.folders.at(-1) ?? '';
      const files = await exports.export(session, '25');
      expect(files.map(({ plan }) => plan.player)).toEqual(['Marit', 'Tomas']);
      const decoded = files.map(({ outcome }, track) => {
        expect(otherGaps(outcome.report.gaps.list, missed[track])).toEqual([]);
        return decodeAudio(outcome.path, 'libopus').samples;
      });
      const [first, second] = decoded.map((audio, track) => places(spoken[track] ?? audio, audio, 1));
      for (const [index, place] of (first ?? []).entries()) {
        // What a second of the file says lies a second after what the second before said.
        expect(Math.abs(place - (first?.[0] ?? NaN))).toBeLessThanOrEqual(120 + (missed[0] ?? 0));
        expect(Math.abs(place - (second?.[index] ?? NaN))).toBeLessThanOrEqual(120);
      }
      const settled = (first ?? []).slice(SETTLED_SECONDS);
      const drift = Math.abs(mean(settled.slice(-10)) - mean(settled.slice(0, 10)));
      const mostDrift = MOST_DRIFT * (settled.length - 10) * SAMPLE_RATE;
      // A test device that stood still goes on where it was; how long it did is known to some milliseconds.
      const stoodStill = missed[0] === 0 ? 0 : (missed[0] ?? 0) + 200;
      expect(drift).toBeLessThan(mostDrift + stoodStill);
    },
  );

  test(
    'a page that is loaded again goes on in the same tracks, at its place in time',
    { timeout: 60_000 },
    async () => {
      const page = await openCapturePage(context, host.host.url);
      await arm(page);
      await page.evaluate(() => window.capture.request({ kind: 'start', title: 'Reload' }));
      await heard(page, 3);
      const before = await unheard(page);
      await page.reload();
      await page.waitForSelector('html[data-ready]', { state: 'attached' });
      await heard(page, 6);
      const state = host.recording.values.state.value;
      expect(state?.tracks.map(({ name, connected }) => [name, connected])).toEqual([
        ['Marit', true],
        ['Tomas', true],
      ]);
      const elapsedMillis = Date.now() - (state?.t0UnixMicros ?? 0) / 1000;
      // It stands where the wall clock does, the length of frames and a busy machine aside.
      expect(Math.abs(elapsedMillis - (state?.positionSamples ?? 0) / 48)).toBeLessThan(1500);
      await page.evaluate(() => window.capture.request({ kind: 'stop' }));
      const missed = await unheard(page, before);
      await page.close();

      const files = await exports.export(host.folders.at(-1) ?? '', '25');
      for (const [track, { outcome }] of files.entries()) {
        // The hole of the reload, and nothing else, is silent.
        const [reload, ...others] = otherGaps(outcome.report.gaps.list, missed[track]);
        expect(others).toEqual([]);
        expect(reload?.durationSamples).toBeGreaterThan(4800);
      }
    },
  );

  test(
    'an input that goes and comes back rejoins its track; the other is not touched',
    { timeout: 60_000 },
    async () => {
      const page = await openCapturePage(context, host.host.url);
      await arm(page, true);
      await page.evaluate(() => window.capture.request({ kind: 'start', title: 'Unplugged' }));
      await heard(page, 2);
      // Away until it is let back, so that whoever looks late sees it too.
      await page.evaluate(() => {
        window.allow(false);
        window.unplug(0);
      });
      await expect
        .poll(() => host.recording.values.state.value?.alerts.map(({ kind }) => kind))
        .toContain('device-lost');
      expect(host.recording.values.state.value?.tracks.map(({ connected }) => connected)).toEqual([
        false,
        true,
      ]);
      // The engine looks every two seconds, as not every system tells of a device that comes back.
      await page.evaluate(() => window.allow(true));
      await expect
        .poll(() => host.recording.values.state.value?.tracks.map(({ connected }) => connected))
        .toEqual([true, true]);
      const returned = (await page.evaluate(() => window.lastPosition)) / SAMPLE_RATE;
      await heard(page, returned + 1);
      await page.evaluate(() => window.capture.request({ kind: 'stop' }));
      const missed = await unheard(page);
      await page.close();

      const files = await exports.export(host.folders.at(-1) ?? '', '25');
      const gaps = files.map(
        ({ outcome }, track) => otherGaps(outcome.report.gaps.list, missed[track]).length,
      );
      expect(gaps).toEqual([1, 0]);
    },
  );

  test(
    'a host that goes keeps what it acknowledged, and the page says that the session was ended',
    { timeout: 60_000 },
    async () => {
      const own = await RecordingHost.start(join(folder, 'killed'), pageFolder);
      const ownContext = await browser.newContext();
      const page = await openCapturePage(ownContext, own.host.url);
      await arm(page);
      await page.evaluate(() => window.capture.request({ kind: 'start', title: 'Killed' }));
      await heard(page, 3);
      const acknowledged = await page.evaluate(() => window.acknowledged);
      await own.host.close();
      await page.waitForFunction(() => window.breaks > 0);
      // It comes back on its port with nothing running and another secret: the session there is over.
      const { port } = new URL(own.host.url);
      const again = await RecordingHost.start(join(folder, 'killed'), pageFolder, Number(port));
      await page.request.get(again.host.url);
      await page.waitForFunction(() => window.captureStatus.troubles.includes('ended'), undefined, {
        timeout: 20_000,
      });
      const missed = await unheard(page);
      await ownContext.close();
      await again.host.close();
      const files = await exports.export(own.folders[0] ?? '', '25');
      for (const [track, { outcome }] of files.entries()) {
        expect(otherGaps(outcome.report.gaps.list, missed[track])).toEqual([]);
        expect(outcome.durationSamples).toBeGreaterThanOrEqual(acknowledged);
      }
    },
  );

  test(
    'audio goes on through a connection that breaks, and none of it is missing',
    { timeout: 60_000 },
    async () => {
      const page = await openCapturePage(context, host.host.url);
      await arm(page);
      await page.evaluate(() => window.capture.request({ kind: 'start', title: 'Broken line' }));
      await heard(page, 2);
      await page.evaluate(() => window.hangUp());
      // Counted, as the line can be there again before anybody looks.
      await page.waitForFunction(() => window.breaks > 0 && window.captureStatus.connected);
      await heard(page, 5);
      await page.evaluate(() => window.capture.request({ kind: 'stop' }));
      expect(await page.evaluate(() => window.captureStatus.troubles)).not.toContain('packets-lost');
      const missed = await unheard(page);
      await page.close();
      const files = await exports.export(host.folders.at(-1) ?? '', '25');
      for (const [track, { outcome }] of files.entries())
        expect(otherGaps(outcome.report.gaps.list, missed[track])).toEqual([]);
    },
  );

  test('a page without permission says so', { timeout: 30_000 }, async () => {
    const page = await openCapturePage(context, host.host.url);
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    });
    await page.evaluate(async (audio) => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      const deviceId = devices.find(
        (one) => one.kind === 'audioinput' && one.deviceId !== 'default',
      )?.deviceId;
      const input = {
        name: 'Marit',
        colorIndex: 0,
        deviceId: deviceId ?? '',
        deviceLabel: 'x',
        channels: [0],
      };
      return window.capture.request({ kind: 'arm', plan: { tracks: [input], audio } });
    }, AUDIO);
    expect(await page.evaluate(() => window.captureStatus.troubles)).toContain('denied');
    await page.close();
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
