import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMovie } from '../../electron/media/mp4/reader.ts';
import { verifyFile } from '../../electron/services/verify-file.ts';
import { type ExportedFile, ExportFolder, ROUNDTABLE } from '../support/exported-session.ts';
import { runTool } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';

const folder = new ExportFolder();
let files: readonly { readonly combined: ExportedFile; readonly alone: readonly ExportedFile[] }[] = [];

beforeAll(async () => {
  const made = [];
  for (const session of [ROUNDTABLE, await folder.sampleSession(0.4)]) {
    const alone = await folder.export(session, '29.97df');
    const [combined] = await folder.export(session, '29.97df', { choices: { layout: 'combined' } });
    if (combined === undefined) throw new Error('nothing was exported');
    made.push({ combined, alone });
  }
  files = made;
});

afterAll(() => {
  folder.remove();
});

test('all players are tracks of one file, packet by packet those of their own files', async () => {
  for (const { combined, alone } of files) {
    const { verification } = combined.outcome;
    expect(verification?.ok).toBe(true);
    expect(verification?.tracks.map(({ name, sha256 }) => [name, sha256])).toEqual(
      alone.map(({ outcome }) => [outcome.player, outcome.packetsSha256]),
    );
    expect(combined.outcome.durationSamples).toBe(alone[0]?.outcome.durationSamples);
    expect(combined.outcome.packets).toBe(alone.reduce((sum, { outcome }) => sum + outcome.packets, 0));
    const bytes = readFileSync(combined.outcome.path);
    const movie = await readMovie({
      sizeBytes: bytes.length,
      read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)),
    });
    expect(movie.tracks.filter(({ codec }) => codec === 'Opus').length).toBe(4);
    expect(movie.tracks.filter(({ codec }) => codec === 'tmcd').length).toBe(1);
    expect(movie.findings).toEqual([]);
  }
});

test('it is verified against its session, track by track', async () => {
  const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
  const [file] = files;
  const report = await verifyFile(file?.combined.outcome.path ?? '', ROUNDTABLE, quiet);
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(report.checks.filter(({ name }) => name === 'session-digest').length).toBe(4);
});

test('ffprobe sees every track enabled, with its name, and the timecode', needs('ffprobe'), () => {
  for (const { combined, alone } of files) {
    const args = ['-v', 'warning', '-show_streams', '-of', 'json', combined.outcome.path];
    const { output, warnings } = runTool('ffprobe', args);
    expect(warnings).toBe('');
    const { streams } = JSON.parse(output.toString()) as {
      streams: { codec_type: string; disposition: { default: number }; tags: Record<string, string> }[];
    };
    const audio = streams.filter(({ codec_type: type }) => type === 'audio');
    expect(audio.map(({ tags }) => tags['handler_name'])).toEqual(alone.map(({ outcome }) => outcome.player));
    expect(audio.every(({ disposition }) => disposition.default === 1)).toBe(true);
    expect(audio.every(({ tags }) => tags['timecode'] === combined.outcome.timecode)).toBe(true);
  }
});

test('ffmpeg decodes each track to what its own file gives', needs('ffmpeg'), () => {
  const [first] = files;
  if (first === undefined) throw new Error('nothing was exported');
  for (const [track, { outcome }] of first.alone.entries()) {
    const decoded = (path: string, index: number): Buffer =>
      runTool('ffmpeg', ['-v', 'warning', '-nostdin', '-i', path, '-map', `0:a:${index}`, '-f', 's16le', '-'])
        .output;
    expect(decoded(first.combined.outcome.path, track).equals(decoded(outcome.path, 0))).toBe(true);
  }
});
