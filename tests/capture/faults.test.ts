import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RecordingState } from '../../electron/services/recording/live-session.ts';
import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { ExportFolder } from '../support/exported-session.ts';
import { needs } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  arm,
  buildPage,
  heard,
  launchMicrophone,
  openCapturePage,
  otherGaps,
  RecordingHost,
  unheard,
} from './capture-page.ts';
import { syllables, writeWav } from './wav.ts';

const SECONDS = 120;
const folder = temporaryFolder();
const pageFolder = join(folder, 'page');
const wav = join(folder, 'microphone.wav');

/** What docs/capture-window.md says of each fault. */
describe('a recording goes on', needs('chromium', 'ffmpeg'), () => {
  let host: RecordingHost;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const exports = new ExportFolder();

  beforeAll(async () => {
    writeFileSync(wav, writeWav([syllables(1, SECONDS), syllables(2, SECONDS)]));
    await buildPage(pageFolder);
    host = await RecordingHost.start(join(folder, 'library'), pageFolder);
    browser = await launchMicrophone(wav);
    context = await browser.newContext();
  }, 120_000);

  beforeEach(async () => {
    page = await openCapturePage(context, host.host.url);
    await arm(page);
    await page.evaluate(() => window.capture.request({ kind: 'start', title: 'Fault' }));
    await heard(page, 2);
  });

  afterEach(async () => {
    await page.close();
    await host.recording.close();
  });

  afterAll(async () => {
    await browser.close();
    await host.host.close();
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

  /**
   * Stops and exports.
   * @returns for each track its gaps, and what the page says that nobody heard, in samples.
   */
  async function stop() {
    await page.evaluate(() => window.capture.request({ kind: 'stop' }));
    const missed = await unheard(page);
    const files = await exports.export(host.folders.at(-1) ?? '', '25');
    return { gaps: files.map(({ outcome }) => outcome.report.gaps.list), missed };
  }

  /**
   * Stops and exports.
   * @param before what an earlier page of the recording did not hear, samples.
   * @returns how many gaps of each track a busy machine did not make.
   */
  async function gapCounts(before: readonly number[] = []): Promise<readonly number[]> {
    const { gaps, missed } = await stop();
    return gaps.map((track, index) => otherGaps(track, (missed[index] ?? 0) + (before[index] ?? 0)).length);
  }

  test('after its page crashed and was opened again', async () => {
    const missed = await unheard(page);
    const session = await context.newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    void session.send('Page.crash').catch(() => undefined);
    await crashed;
    await page.close();
    page = await openCapturePage(context, host.host.url);
    await heard(page, 5);
    expect(connected()).toEqual([true, true]);
    // Its place is that of the clock on the wall, the length of frames and a busy machine aside.
    const elapsedMillis = Date.now() - state().t0UnixMicros / 1000;
    expect(Math.abs(elapsedMillis - state().positionSamples / SAMPLES_PER_MS)).toBeLessThan(1500);
    expect(await gapCounts(missed)).toEqual([1, 1]);
  });

  test('without an input whose permission was taken away, and with it when it is given back', async () => {
    await page.evaluate(() => {
      window.allow(false);
      window.unplug(0);
    });
    await expect.poll(connected).toEqual([false, false]);
    await expect.poll(troubles).toContain('denied');
    const lost = state().alerts.filter(({ kind }) => kind === 'device-lost');
    expect(lost.map(({ trackId }) => trackId)).toEqual([0, 1]);
    expect(lost[0]?.cause).toMatchObject({ kind: 'device-lost' });
    await page.evaluate(() => window.allow(true));
    await expect.poll(connected).toEqual([true, true]);
    expect(await troubles()).not.toContain('denied');
    const end = (await page.evaluate(() => window.lastPosition)) / SAMPLE_RATE;
    await heard(page, end + 1);
    expect(await gapCounts()).toEqual([1, 1]);
  });

  test.each(['fails', 'ends'] as const)(
    'after what an input is read by %s while the input stays open',
    async (how) => {
      await page.evaluate((broken) => window.breakStream(broken), how);
      await expect.poll(connected).toEqual([false, false]);
      await expect.poll(connected, { timeout: 10_000 }).toEqual([true, true]);
      // Which replaces that it was lost.
      expect(state().alerts.map(({ kind }) => kind)).toEqual(['device-returned', 'device-returned']);
      const end = (await page.evaluate(() => window.lastPosition)) / SAMPLE_RATE;
      await heard(page, end + 1);
      expect(await gapCounts()).toEqual([1, 1]);
    },
  );

  test('through devices that give nothing for a while, which is a gap as long as it was', async () => {
    const beforeMs = Date.now();
    await page.evaluate(() => window.deafen(true));
    await setTimeout(1500);
    await page.evaluate(() => window.deafen(false));
    const deafMs = Date.now() - beforeMs;
    await expect.poll(troubles).toContain('skipped');
    const end = (await page.evaluate(() => window.lastPosition)) / SAMPLE_RATE;
    await heard(page, end + 2);
    const elapsedMillis = Date.now() - state().t0UnixMicros / 1000;
    expect(Math.abs(elapsedMillis - state().positionSamples / SAMPLES_PER_MS)).toBeLessThan(1500);
    const { gaps, missed } = await stop();
    for (const [index, track] of gaps.entries()) {
      const longest = Math.max(...track.map(({ durationSamples }) => durationSamples)) / SAMPLES_PER_MS;
      // What is missing at its edges is silence within packets.
      expect(longest).toBeGreaterThan(1400);
      expect(longest).toBeLessThan(deafMs + 100);
      expect(otherGaps(track, missed[index])).toEqual([]);
    }
  });

  test('through a page that has no time for three seconds, without missing any of it', async () => {
    await page.evaluate(() => {
      const untilMillis = performance.now() + 3000;
      while (performance.now() < untilMillis);
    });
    const end = (await page.evaluate(() => window.lastPosition)) / SAMPLE_RATE;
    await heard(page, end + 2);
    const { gaps, missed } = await stop();
    for (const [index, track] of gaps.entries()) {
      expect(otherGaps(track, missed[index])).toEqual([]);
      // What a busy machine loses; the page without a place to wait would have lost most of three seconds.
      expect(missed[index]).toBeLessThan(500 * SAMPLES_PER_MS);
    }
  });

  test('after a sleep through which its clock ran on, which is a gap as long', async () => {
    const sleptSeconds = 30;
    await page.evaluate((millis) => window.sleepFor(millis), sleptSeconds * 1000);
    await expect.poll(troubles).toContain('skipped');
    expect(connected()).toEqual([true, true]);
    await heard(page, 2 + sleptSeconds + 2);
    const { gaps, missed } = await stop();
    for (const [index, track] of gaps.entries()) {
      const longest = Math.max(...track.map(({ durationSamples }) => durationSamples)) / SAMPLE_RATE;
      // What is missing at its edges is silence within packets.
      expect(longest).toBeGreaterThan(sleptSeconds - 0.1);
      expect(longest).toBeLessThan(sleptSeconds + 0.5);
      expect(otherGaps(track, missed[index])).toEqual([]);
    }
  });

  test('while the system silences an input, and says so until it is heard again', async () => {
    await page.evaluate(() => window.hold(0, true));
    await expect.poll(troubles).toContain('held');
    await page.evaluate(() => window.hold(0, false));
    await expect.poll(troubles).not.toContain('held');
    expect(connected()).toEqual([true, true]);
    expect(await gapCounts()).toEqual([0, 0]);
  });
});
