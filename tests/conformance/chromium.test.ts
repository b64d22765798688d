import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packetUnits } from '../../electron/media/opus/toc.ts';
import { FRAME_UNIT_SAMPLES, SAMPLE_RATE } from '../../shared/time/samples.ts';
import { ChromiumPage } from '../support/chromium-page.ts';
import {
  editOf,
  type ExportedFile,
  ExportFolder,
  readExported,
  ROUNDTABLE,
} from '../support/exported-session.ts';
import { runTool } from '../support/media-tools.ts';
import { writeOggOpus } from '../support/ogg-writer.ts';
import { needs } from '../support/programs.ts';

const folder = new ExportFolder();
const served = new Map<string, Uint8Array>();
let roundtable: readonly ExportedFile[] = [];
let sample: ExportedFile | undefined;

beforeAll(async () => {
  roundtable = await folder.export(ROUNDTABLE, '29.97df');
  [sample] = await folder.export(await folder.sampleSession(0.2), '25', {
    players: ['Marit Solheim'],
  });
  for (const { plan, outcome } of roundtable) served.set(plan.fileName, readFileSync(outcome.path));
  if (sample !== undefined) served.set(SAMPLE, readFileSync(sample.outcome.path));
});

afterAll(() => {
  folder.remove();
});

const SAMPLE = 'sample.m4a';

describe('Chromium', needs('chromium', 'ffmpeg'), () => {
  let chromium: ChromiumPage;
  let page: Page;

  beforeAll(async () => {
    chromium = await ChromiumPage.open(served);
    ({ page } = chromium);
  });

  afterAll(async () => {
    await chromium.close();
  });

  test('<audio> knows the exact length of each file and plays it', async () => {
    for (const { plan, outcome } of roundtable) {
      const { duration, playedFor } = await page.evaluate(async (file) => {
        const audio = new Audio(encodeURIComponent(file));
        await audio.play();
        const from = audio.currentTime;
        while (audio.currentTime < from + 0.2) await new Promise((resolve) => setTimeout(resolve, 20));
        audio.pause();
        return { duration: audio.duration, playedFor: audio.currentTime - from };
      }, plan.fileName);
      // It counts in microseconds.
      expect(Math.abs(duration - outcome.durationSamples / SAMPLE_RATE)).toBeLessThanOrEqual(1e-6);
      expect(playedFor).toBeGreaterThanOrEqual(0.2);
    }
  });

  test('<audio> plays a file to its end', async () => {
    const ended = await page.evaluate(async (file) => {
      const audio = new Audio(file);
      audio.playbackRate = 16;
      await Promise.all([new Promise((resolve) => (audio.onended = resolve)), audio.play()]);
      return { currentTime: audio.currentTime, duration: audio.duration, error: audio.error?.message };
    }, SAMPLE);
    const duration = (sample?.outcome.durationSamples ?? NaN) / SAMPLE_RATE;
    expect(ended.error).toBeUndefined();
    expect(ended.duration).toBeCloseTo(duration, 6);
    expect(ended.currentTime).toBeCloseTo(duration, 2);
  });

  /**
   * decodeAudioData runs ffmpeg's demuxer and decoder and plays what they give. As of Chromium 156 the decoder drops
   * PreSkip by itself, though it is "informative only" (Opus in ISOBMFF section 4.3.2), and the demuxer's edit drops
   * its start again: the audio comes out 6.5 ms early. And the last packet is played whole, though its duration tells
   * how much of it is valid (section 4.3.4). Both happen to ffmpeg's own files too. A file that avoids the first would
   * have to lie about PreSkip, one that avoids the second about the last duration; ours do neither, and these tests say
   * when Chromium changes its mind.
   */
  describe('decodeAudioData', () => {
    test('differs from the edit by what is explained, as in a file of ffmpeg', async () => {
      for (const { plan, outcome } of roundtable.slice(0, 2)) {
        const { audio, samples, bytes } = await readExported(outcome.path);
        const edit = editOf(audio);
        const preSkipSamples = audio.opus?.preSkipSamples ?? NaN;
        const mediaSamples = samples.reduce(
          (sum, packet) => sum + packetUnits(packet.bytes, 0, packet.bytes.length) * FRAME_UNIT_SAMPLES,
          0,
        );
        const unplayed = mediaSamples - edit.startSamples - edit.durationSamples;
        expect(unplayed).toBeGreaterThanOrEqual(0);
        expect(unplayed).toBeLessThan(FRAME_UNIT_SAMPLES);

        served.set('copied.mp4', copiedByFfmpeg(outcome.path));
        served.set('no-pre-skip.m4a', withPreSkip(bytes, 0));
        const ours = await decodedLength(page, plan.fileName);
        const copied = await decodedLength(page, 'copied.mp4');
        const once = await decodedLength(page, 'no-pre-skip.m4a');
        // Without PreSkip only the edit is left to trim the start: the reason for the difference.
        expect(once).toBe(outcome.durationSamples + unplayed);
        expect([once - preSkipSamples, once]).toContain(ours);
        expect(copied).toBe(ours);
      }
    });

    test('gives the very samples that it gives for the packets in Ogg', async () => {
      for (const { plan, outcome } of roundtable.slice(0, 2)) {
        const { audio, samples } = await readExported(outcome.path);
        const { startSamples, durationSamples } = editOf(audio);
        const packets = samples.map(({ bytes }) => ({
          bytes,
          durationSamples: packetUnits(bytes, 0, bytes.length) * FRAME_UNIT_SAMPLES,
        }));
        const endGranule = startSamples + durationSamples;
        const stream = { channels: 1, preSkipSamples: startSamples, inputRate: 48_000, endGranule } as const;
        served.set('packets.opus', writeOggOpus(stream, packets));
        const earliest = audio.opus?.preSkipSamples ?? 0;
        const found = await compareDecoded(page, plan.fileName, 'packets.opus', earliest);
        expect(found.referenceLength).toBe(outcome.durationSamples);
        expect(found.difference).toBe(0);
      }
    });
  });
});

/** The same packets in a file that ffmpeg lays out, with an edit to the sample. */
function copiedByFfmpeg(path: string): Uint8Array {
  const copy = join(folder.path, 'copied.mp4');
  const options = ['-map', '0:a', '-c', 'copy', '-movie_timescale', '48000', '-y'];
  runTool('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, ...options, copy]);
  return readFileSync(copy);
}

/** A copy of the file that states another PreSkip: bytes 6 and 7 of dOps, after its type, version and channels. */
function withPreSkip(file: Uint8Array, samples: number): Uint8Array {
  const changed = Buffer.from(file);
  changed.writeUInt16BE(samples, changed.indexOf('dOps') + 6);
  return changed;
}

/** How many samples decodeAudioData makes of a file. */
function decodedLength(page: Page, file: string): Promise<number> {
  return page.evaluate(async (name) => {
    const response = await fetch(encodeURIComponent(name));
    const context = new OfflineAudioContext(1, 1, 48_000);
    return (await context.decodeAudioData(await response.arrayBuffer())).length;
  }, file);
}

/**
 * Compares a file with one that is decoded from its true start: by how many samples it begins early, which is 0 or
 * `earliest`, and the largest difference at that shift over all samples that both have.
 */
function compareDecoded(
  page: Page,
  file: string,
  reference: string,
  earliest: number,
): Promise<{ referenceLength: number; shift: number; difference: number }> {
  return page.evaluate(
    async ({ names, shifts }) => {
      const context = new OfflineAudioContext(1, 1, 48_000);
      const [one, other] = await Promise.all(
        names.map(async (name) => {
          const response = await fetch(encodeURIComponent(name));
          return (await context.decodeAudioData(await response.arrayBuffer())).getChannelData(0);
        }),
      );
      if (one === undefined || other === undefined) throw new Error('nothing was decoded');
      const compared = shifts.map((shift) => {
        let difference = 0;
        for (let i = 0; i < Math.min(one.length, other.length - shift); i++) {
          difference = Math.max(difference, Math.abs((one[i] ?? 0) - (other[i + shift] ?? 0)));
        }
        return { referenceLength: other.length, shift, difference };
      });
      return compared.reduce((best, next) => (next.difference < best.difference ? next : best));
    },
    { names: [file, reference], shifts: [0, earliest] },
  );
}
