import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { ChromiumPage } from '../support/chromium-page.ts';
import { type ExportedFile, ExportFolder } from '../support/exported-session.ts';
import { decodeAudio, runTool } from '../support/media-tools.ts';
import { MixFolder, PANEL } from '../support/mix-folder.ts';
import { needs } from '../support/programs.ts';
import { channelOf, readWave } from '../support/wave-file.ts';

const folder = new ExportFolder();
let files: readonly ExportedFile[] = [];

beforeAll(async () => {
  const session = await folder.sampleSession(0.2);
  // At 29.97 the length is hardly ever a multiple of a packet's.
  files = await folder.export(session, '29.97df', {
    choices: { formats: ['mix', 'mix-m4a', 'mix-ogg'] },
  });
});

afterAll(() => {
  folder.remove();
});

const fileOf = (kind: string): ExportedFile['outcome'] => {
  const file = files.find(({ plan }) => plan.kind === kind);
  if (file === undefined) throw new Error(`no ${kind} was made`);
  return file.outcome;
};
const ENCODED = ['mix-m4a', 'mix-ogg'] as const;

test('the three are named alike and as long as each other', () => {
  const paths = files.map(({ outcome }) => outcome.path);
  expect(paths.map((path) => path.slice(path.lastIndexOf('.')))).toEqual(['.wav', '.m4a', '.opus']);
  expect(new Set(paths.map((path) => path.slice(0, path.lastIndexOf('.')))).size).toBe(1);
  expect(new Set(files.map(({ outcome }) => outcome.durationSamples)).size).toBe(1);
  expect(new Set(files.map(({ outcome }) => outcome.timecode)).size).toBe(1);
  expect(fileOf('mix-m4a').packetsSha256).toBe(fileOf('mix-ogg').packetsSha256);
});

test.each(ENCODED)('%s decodes to the samples of the WAV, not one late', needs('ffmpeg'), (kind) => {
  const { path, durationSamples } = fileOf(kind);
  const wave = channelOf(readWave(readFileSync(fileOf('mix').path)), 0);
  expect(wave.length).toBe(durationSamples);
  const { samples, warnings } = decodeAudio(path, 'libopus');
  expect(warnings).toBe('');
  // The m4a's last packet is played whole by ffmpeg, see ffmpeg.test.ts.
  if (kind === 'mix-ogg') expect(samples.length).toBe(2 * durationSamples);
  else expect(samples.length).toBeGreaterThanOrEqual(2 * durationSamples);
  let energy = 0;
  for (const value of wave) energy += value * value;
  const alike = (lag: number): number => {
    let [sum, ours] = [0, 0];
    for (let i = 100; i < durationSamples - 100; i++) {
      const value = samples[2 * (i + lag)] ?? 0;
      sum += (wave[i] ?? 0) * value;
      ours += value * value;
    }
    return sum / Math.sqrt(energy * ours);
  };
  const lags = Array.from({ length: 41 }, (_, i) => i - 20);
  const found = lags.map((lag) => ({ lag, alike: alike(lag) })).toSorted((a, b) => b.alike - a.alike);
  expect(found[0]?.lag).toBe(0);
  expect(found[0]?.alike).toBeGreaterThan(0.99);
});

/** Loudness in LUFS and the largest true peak in dBTP, as ffmpeg's ebur128 filter finds them. */
function measuredByFfmpeg(path: string): { readonly loudness: number; readonly peak: number } {
  const filter = ['-map', '0:a', '-af', 'ebur128=peak=true', '-f', 'null', '-'];
  const { warnings } = runTool('ffmpeg', ['-hide_banner', '-nostdin', '-i', path, ...filter]);
  const summary = warnings.slice(warnings.lastIndexOf('Summary:'));
  return {
    loudness: Number(/I:\s+(\S+) LUFS/.exec(summary)?.[1]),
    peak: Number(/Peak:\s+(\S+) dBFS/.exec(summary)?.[1]),
  };
}

test.each(['mix', ...ENCODED])(
  'ffmpeg measures -16 LUFS of %s, and the peak we tell',
  needs('ffmpeg'),
  (kind) => {
    const { path, mixReport } = fileOf(kind);
    const { loudness, peak } = measuredByFfmpeg(path);
    expect(Math.abs(loudness + 16)).toBeLessThanOrEqual(0.3);
    // It prints one decimal, and decodes Opus itself.
    expect(Math.abs(loudness - (mixReport?.mix.integratedLufs ?? 0))).toBeLessThanOrEqual(0.1);
    expect(Math.abs(peak - (mixReport?.mix.truePeakDbtp ?? 0))).toBeLessThanOrEqual(0.3);
    expect(peak).toBeLessThanOrEqual(-1);
  },
);

test.each(ENCODED)(
  '%s of what encoding lifts above the ceiling is encoded again, until ffmpeg measures no peak above -1 dBTP at -16 LUFS',
  needs('ffmpeg'),
  async (kind) => {
    const mixes = new MixFolder(kind);
    try {
      const { path, mixReport, verification } = await mixes.export(PANEL, { mixKbps: 96 });
      expect(verification?.ok).toBe(true);
      const { passes = 0, loweredDb = 0 } = mixReport?.encoding ?? {};
      expect(passes).toBeGreaterThan(1);
      expect(loweredDb).toBeGreaterThan(0.3);
      const { loudness, peak } = measuredByFfmpeg(path);
      expect(peak).toBeLessThanOrEqual(-1);
      expect(mixReport?.mix.truePeakDbtp).toBeLessThanOrEqual(-1);
      expect(Math.abs(loudness + 16)).toBeLessThanOrEqual(0.2);
    } finally {
      mixes.remove();
    }
  },
);

test('ffprobe finds the length, the timecode and the tags', needs('ffprobe'), () => {
  for (const kind of ENCODED) {
    const { path, durationSamples, timecode, packetsSha256 } = fileOf(kind);
    const args = ['-v', 'warning', '-show_format', '-show_streams', '-of', 'json', path];
    const { output, warnings } = runTool('ffprobe', args);
    expect(warnings).toBe('');
    const { format, streams } = JSON.parse(output.toString()) as {
      format: { duration: string; tags?: Record<string, string> };
      streams: { codec_name?: string; channels?: number; tags?: Record<string, string> }[];
    };
    expect(Math.abs(Number(format.duration) - durationSamples / SAMPLE_RATE)).toBeLessThan(0.02);
    const audio = streams.find(({ codec_name: codec }) => codec === 'opus');
    expect(audio?.channels).toBe(2);
    const tags = { ...format.tags, ...audio?.tags };
    const named = Object.fromEntries(
      Object.entries(tags).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(named).toMatchObject({
      CONTENT: 'mix',
      ENCODED_KBPS: '128',
      TIMECODE_RATE: '29.97df',
      PACKETS_SHA256: packetsSha256,
    });
    expect(named['TITLE']).toMatch(/ - mix$/);
    if (kind === 'mix-m4a')
      expect(streams.some(({ tags: own }) => own?.['timecode'] === timecode)).toBe(true);
  }
});

test('opusinfo has nothing to complain of', needs('opusinfo'), () => {
  const said = runTool('opusinfo', [fileOf('mix-ogg').path]);
  expect(said.output.toString() + said.warnings).not.toMatch(/warning|error/iu);
  expect(said.output.toString()).toMatch(/Pre-skip: 312/u);
});

test('mediainfo reads the Opus and the timecode', needs('mediainfo'), () => {
  const { path, timecode } = fileOf('mix-m4a');
  const { output, warnings } = runTool('mediainfo', ['--Output=JSON', path]);
  expect(warnings).toBe('');
  const { media } = JSON.parse(output.toString()) as { media: { track: Record<string, unknown>[] } };
  expect(media.track.slice(0, 3)).toMatchObject([
    { '@type': 'General', Format: 'MPEG-4' },
    { '@type': 'Audio', Format: 'Opus', Title: 'Mix / Mix' },
    { '@type': 'Other', Type: 'Time code', TimeCode_FirstFrame: timecode },
  ]);
  expect(JSON.stringify(media.track)).not.toMatch(/conformance|truncated|invalid/i);
});

test('Chromium finds exactly as many samples', needs('chromium'), async () => {
  const served = new Map(
    ENCODED.map((kind) => [basename(fileOf(kind).path), readFileSync(fileOf(kind).path)]),
  );
  const chromium = await ChromiumPage.open(served);
  const { page } = chromium;
  try {
    for (const kind of ENCODED) {
      const { path, durationSamples } = fileOf(kind);
      const found = await page.evaluate(async (file) => {
        const audio = new Audio(encodeURIComponent(file));
        await new Promise((resolve) => (audio.onloadedmetadata = resolve));
        const bytes = await (await fetch(encodeURIComponent(file))).arrayBuffer();
        const { length, numberOfChannels } = await new OfflineAudioContext(2, 1, 48_000).decodeAudioData(
          bytes,
        );
        return { duration: audio.duration, length, channels: numberOfChannels };
      }, basename(path));
      expect(found.channels).toBe(2);
      // What becomes of an m4a in decodeAudioData is told in chromium.test.ts; of an Ogg file served in one piece <audio>
      // does not know the length.
      if (kind === 'mix-ogg') expect(found.length).toBe(durationSamples);
      else expect(Math.round(found.duration * SAMPLE_RATE)).toBe(durationSamples);
    }
  } finally {
    await chromium.close();
  }
});
