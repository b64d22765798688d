import { readFileSync } from 'node:fs';
import { createFile, MP4BoxBuffer } from 'mp4box';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readMovie } from '../../electron/media/mp4/reader.ts';
import { verifyFile } from '../../electron/services/verify-file.ts';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { ChromiumPage } from '../support/chromium-page.ts';
import { type ExportedFile, ExportFolder, readExported, ROUNDTABLE } from '../support/exported-session.ts';
import { decodeAudio, runTool } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';

/** A session's files in fragments, and the same as progressive ones. */
interface Pair {
  readonly session: string;
  readonly fragmented: ExportedFile;
  readonly progressive: ExportedFile;
}

const folder = new ExportFolder();
let alone: readonly Pair[] = [];
let combined: readonly Pair[] = [];

beforeAll(async () => {
  const sessions = [ROUNDTABLE, await folder.sampleSession(0.4)];
  const pairs = async (layout: 'per-player' | 'combined'): Promise<readonly Pair[]> => {
    const made: Pair[] = [];
    for (const session of sessions) {
      const progressive = await folder.export(session, '29.97df', { choices: { layout } });
      const fragmented = await folder.export(session, '29.97df', { choices: { layout, fragmented: true } });
      for (const [index, file] of fragmented.entries()) {
        const other = progressive[index];
        if (other !== undefined) made.push({ session, fragmented: file, progressive: other });
      }
    }
    return made;
  };
  alone = await pairs('per-player');
  combined = await pairs('combined');
});

afterAll(() => {
  folder.remove();
});

/** One of each session, where decoding takes its time. */
const few = (): readonly Pair[] => alone.filter((_, index) => index % 4 === 1);

test('holds the packets of the progressive file, and says the same of itself', async () => {
  expect(alone).toHaveLength(8);
  for (const { fragmented, progressive } of alone) {
    const [ours, other] = [
      await readExported(fragmented.outcome.path),
      await readExported(progressive.outcome.path),
    ];
    expect(ours.movie.fragmented).toBe(true);
    const plain = (samples: typeof ours.samples) =>
      samples.map(({ bytes, timeSamples, durationSamples, isFiller }) => ({
        bytes: Buffer.from(bytes).toString('hex'),
        timeSamples,
        durationSamples,
        isFiller,
      }));
    expect(plain(ours.samples)).toEqual(plain(other.samples));
    expect(ours.movie.metadata).toEqual(other.movie.metadata);
    expect(ours.movie.tracks.find(({ timecode }) => timecode !== undefined)?.timecode).toEqual(
      other.movie.tracks.find(({ timecode }) => timecode !== undefined)?.timecode,
    );
    expect(fragmented.outcome.verification?.tracks).toEqual(progressive.outcome.verification?.tracks);
    expect(fragmented.outcome.packetsSha256).toBe(progressive.outcome.packetsSha256);
  }
});

test('the same session gives the same bytes', async () => {
  const [{ session, fragmented } = { session: '', fragmented: undefined }] = alone;
  const [again] = await folder.export(session, '29.97df', { choices: { fragmented: true } });
  expect(readFileSync(again?.outcome.path ?? '').equals(readFileSync(fragmented?.outcome.path ?? ''))).toBe(
    true,
  );
});

test('is verified against its session, alone and with all players in one file', async () => {
  const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
  for (const { session, fragmented } of [...alone, ...combined]) {
    const report = await verifyFile(fragmented.outcome.path, session, quiet);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.fragmented).toBe(true);
  }
});

describe('ffmpeg', needs('ffprobe', 'ffmpeg'), () => {
  test('reads timecode, tags and chapters as of the progressive file, without a warning', () => {
    for (const { fragmented, progressive } of [...alone, ...combined]) {
      const probed = [fragmented, progressive].map(({ outcome }) => {
        const args = ['-v', 'warning', '-show_streams', '-show_format', '-show_chapters', '-of', 'json'];
        const { output, warnings } = runTool('ffprobe', [...args, outcome.path]);
        expect(warnings).toBe('');
        return JSON.parse(output.toString()) as Probe;
      });
      const [ours, other] = probed.map(({ streams, chapters, format }) => ({
        streams: streams.map(({ codec_type: type, codec_tag_string: code, channels, tags }) => ({
          type,
          code,
          channels,
          tags,
        })),
        chapters,
        tags: { ...format.tags, compatible_brands: '' },
      }));
      expect(ours).toEqual(other);
      // It counts what it skips at the start, as it does in its own fragmented files.
      const [audio] = probed[0]?.streams ?? [];
      const { durationSamples } = fragmented.outcome;
      expect(audio?.duration_ts).toBe(durationSamples - (audio?.start_pts ?? 0));
      expect(audio?.start_pts).toBeLessThan(0);
    }
  });

  test.each(['opus', 'libopus'] as const)(
    'decodes with its decoder %s, without a warning, the very samples of the progressive file',
    (decoder) => {
      for (const { fragmented, progressive } of few()) {
        const ours = decodeAudio(fragmented.outcome.path, decoder);
        const other = decodeAudio(progressive.outcome.path, decoder);
        expect(ours.warnings).toBe('');
        expect(Buffer.from(ours.samples.buffer).equals(Buffer.from(other.samples.buffer))).toBe(true);
      }
    },
  );

  test('decodes every track of a file of several players to those of the progressive one', () => {
    for (const { fragmented, progressive } of combined.slice(1)) {
      for (let track = 0; track < 4; track++) {
        const [ours, other] = [fragmented, progressive].map(({ outcome: { path } }) =>
          runTool('ffmpeg', [
            ...['-v', 'warning', '-nostdin', '-i', path],
            ...['-map', `0:a:${track}`, '-f', 's16le', '-'],
          ]),
        );
        expect(ours?.warnings).toBe('');
        expect(ours?.output.equals(other?.output ?? new Uint8Array(0))).toBe(true);
      }
    }
  });

  test('plays what is left of a file that was cut short', async () => {
    const [pair] = few();
    const bytes = readFileSync(pair?.fragmented.outcome.path ?? '');
    const cut = bytes.subarray(0, Math.floor(bytes.length / 2));
    const movie = await readMovie({
      sizeBytes: cut.length,
      read: (at, length) => Promise.resolve(cut.subarray(at, at + length)),
    });
    const audio = movie.tracks.find(({ opus }) => opus !== undefined);
    const wholeSamples = (audio?.samples.durationTicks() ?? 0) - (audio?.edits[0]?.mediaTimeTicks ?? 0);
    expect(wholeSamples).toBeGreaterThan(2 * SAMPLE_RATE);
    const decode = (input: Uint8Array): Buffer =>
      runTool('ffmpeg', ['-v', 'fatal', '-i', '-', '-map', '0:a:0', '-f', 's16le', '-'], input).output;
    // It also makes something of the packets of the fragment that is not whole.
    const part = decode(cut).subarray(0, 2 * wholeSamples);
    expect(part.length).toBe(2 * wholeSamples);
    expect(decode(bytes).subarray(0, part.length).equals(part)).toBe(true);
  });
});

interface Probe {
  readonly streams: readonly {
    readonly codec_type: string;
    readonly codec_tag_string: string;
    readonly channels?: number;
    readonly start_pts: number;
    readonly duration_ts: number;
    readonly tags: Readonly<Record<string, string>>;
  }[];
  readonly chapters: readonly unknown[];
  readonly format: { readonly tags: Readonly<Record<string, string>> };
}

test('mediainfo reads format, timecode, title and tags', needs('mediainfo'), () => {
  for (const { fragmented } of alone) {
    const { outcome } = fragmented;
    const { output } = runTool('mediainfo', ['--Output=JSON', outcome.path]);
    const { media } = JSON.parse(output.toString()) as {
      media: { track: readonly (Readonly<Record<string, string>> & { '@type': string })[] };
    };
    const [general, audio, timecode] = media.track;
    expect(general).toMatchObject({ Performer: outcome.player, CodecID: 'M4A ' });
    expect(audio).toMatchObject({ '@type': 'Audio', Format: 'Opus' });
    expect(timecode).toMatchObject({ '@type': 'Other', TimeCode_FirstFrame: outcome.timecode });
  }
});

test('mp4box.js finds the same samples in the same places', async () => {
  // It loses its way in `----` items, which have three boxes each, and says so.
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => {
    said.mockRestore();
  });
  for (const { fragmented } of alone) {
    const { path, durationSamples } = fragmented.outcome;
    const file = createFile();
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(readFileSync(path)).buffer, 0));
    file.flush();
    const { samples } = await readExported(path);
    const info = file.getInfo();
    expect(info).toMatchObject({ isFragmented: true, brands: ['M4A ', 'M4A ', 'iso5', 'iso6', 'Opus'] });
    expect(info.fragment_duration).toEqual({ num: durationSamples, den: SAMPLE_RATE });
    const found = file.getTrackSamplesInfo(1);
    expect(found.map(({ offset, size, dts, duration }) => ({ offset, size, dts, duration }))).toEqual(
      samples.map(({ offsetBytes, bytes, timeSamples, durationSamples: duration }) => ({
        offset: offsetBytes,
        size: bytes.length,
        dts: timeSamples,
        duration,
      })),
    );
    expect(found.every(({ is_sync }) => is_sync)).toBe(true);
  }
});

describe('Chromium', needs('chromium'), () => {
  const served = new Map<string, Uint8Array>();
  let chromium: ChromiumPage;
  let page: Page;

  beforeAll(async () => {
    for (const [index, { fragmented, progressive }] of few().entries()) {
      served.set(`fragmented-${index}.m4a`, readFileSync(fragmented.outcome.path));
      served.set(`progressive-${index}.m4a`, readFileSync(progressive.outcome.path));
    }
    chromium = await ChromiumPage.open(served);
    ({ page } = chromium);
  });

  afterAll(async () => {
    await chromium.close();
  });

  test('<audio> plays it, from the middle and to its end', async () => {
    for (const [index, { fragmented }] of few().entries()) {
      const played = await page.evaluate(async (file) => {
        const audio = new Audio(URL.createObjectURL(await (await fetch(file)).blob()));
        await audio.play();
        const seeked = new Promise((resolve) => (audio.onseeked = resolve));
        const ended = new Promise((resolve) => (audio.onended = resolve));
        audio.currentTime = audio.duration - 1;
        await seeked;
        await ended;
        return { duration: audio.duration, currentTime: audio.currentTime, error: audio.error?.message };
      }, `fragmented-${index}.m4a`);
      const duration = fragmented.outcome.durationSamples / SAMPLE_RATE;
      expect(played.error).toBeUndefined();
      // It counts what it skips at the start, and the timecode's last frame.
      expect(Math.abs(played.duration - duration)).toBeLessThan(0.05);
      expect(Math.abs(played.currentTime - duration)).toBeLessThan(0.05);
    }
  });

  /**
   * It drops the start of a progressive file twice, see chromium.test.ts; that of a fragmented one, as ffmpeg, once:
   * this one begins where it should.
   */
  test('decodeAudioData gives the samples of the progressive file, its start included', async () => {
    for (const [index, { progressive }] of few().entries()) {
      const found = await page.evaluate(
        async (names) => {
          const context = new OfflineAudioContext(1, 1, 48_000);
          const [ours, other] = await Promise.all(
            names.map(async (name) => {
              const response = await fetch(name);
              return (await context.decodeAudioData(await response.arrayBuffer())).getChannelData(0);
            }),
          );
          if (ours === undefined || other === undefined) throw new Error('nothing was decoded');
          const earlySamples = ours.length - other.length;
          let difference = 0;
          for (const [i, value] of other.entries()) {
            difference = Math.max(difference, Math.abs(value - (ours[i + earlySamples] ?? 9)));
          }
          return { length: ours.length, earlySamples, difference };
        },
        [`fragmented-${index}.m4a`, `progressive-${index}.m4a`],
      );
      const { audio } = await readExported(progressive.outcome.path);
      expect([0, audio.opus?.preSkipSamples]).toContain(found.earlySamples);
      expect(found.difference).toBe(0);
      const unplayed = found.length - progressive.outcome.durationSamples;
      expect(unplayed).toBeGreaterThanOrEqual(0);
      expect(unplayed).toBeLessThan(120);
    }
  });
});
