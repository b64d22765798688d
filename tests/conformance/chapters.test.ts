import { readFileSync, writeFileSync } from 'node:fs';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { readChapters } from '../../electron/media/mp4/read-chapters.ts';
import { readMovie } from '../../electron/media/mp4/reader.ts';
import type { Marker } from '../../electron/services/session/session.ts';
import type { RunItem } from '../../electron/services/run-export.ts';
import { type ExportedFile, ExportFolder, inline, ROUNDTABLE } from '../support/exported-session.ts';
import { runTool } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';

/** Where the file's markers lie, in samples from its beginning, and what they become. */
const MARKERS = [
  { at: 48_000, name: 'Intro' },
  { at: 90_001, name: 'Outro – Zoë' },
  { at: 90_001, name: 'again' },
  { at: 120_000, name: '' },
  { at: 1e9, name: 'after the end' },
] as const;
const LONG = 'ö'.repeat(200);

const folder = new ExportFolder();
let marked: ExportedFile;
let combined: ExportedFile;

/** As if somebody had marked the session. */
const withMarkers: RunItem = (item, signal, onProgress) =>
  inline({ ...item, markers: markersFrom(item.originSamples), sessionTitle: LONG }, signal, onProgress);

function markersFrom(originSamples: number): readonly Marker[] {
  return MARKERS.map(({ at, name }, index) => ({
    markerId: `m${index}`,
    positionSamples: originSamples + at,
    kind: 'marker',
    name,
  }));
}

async function exported(layout: 'per-player' | 'combined', run: RunItem): Promise<ExportedFile> {
  const [file] = await folder.export(ROUNDTABLE, '29.97df', { run, choices: { layout } });
  if (file === undefined) throw new Error('nothing was exported');
  return file;
}

beforeAll(async () => {
  marked = await exported('per-player', withMarkers);
  combined = await exported('combined', withMarkers);
});

afterAll(() => {
  folder.remove();
});

const EXPECTED = [
  // The first marker lies later; 255 bytes hold 127 of the title's letters.
  { title: 'ö'.repeat(127), startSamples: 0 },
  { title: 'Intro', startSamples: 48_000 },
  { title: 'Outro – Zoë / again', startSamples: 90_001 },
  { title: 'Marker 4', startSamples: 120_000 },
];

async function read(path: string) {
  const bytes = readFileSync(path);
  const source = {
    sizeBytes: bytes.length,
    read: (at: number, length: number) => Promise.resolve(bytes.subarray(at, at + length)),
  };
  const movie = await readMovie(source);
  return { movie, chapters: await readChapters(source, movie) };
}

test('markers are chapters, exact to the sample, one list for all players', async () => {
  for (const { outcome } of [marked, combined]) {
    const { movie, chapters } = await read(outcome.path);
    expect(chapters).toEqual(EXPECTED);
    expect(movie.findings).toEqual([]);
    const text = movie.tracks.find(({ handler }) => handler === 'text');
    expect(text?.enabled).toBe(false);
    for (const { handler, references } of movie.tracks) {
      if (handler === 'soun') {
        expect(references).toContainEqual({ type: 'chap', trackIds: [text?.id] });
      }
    }
    expect(outcome.verification?.checks).toContainEqual({
      name: 'chapters',
      ok: true,
      detail: '4 chapters, those that were written',
    });
  }
});

test('a session without markers has no trace of chapters, and the same bytes come out again', async () => {
  const plain = await exported('per-player', inline);
  const { movie, chapters } = await read(plain.outcome.path);
  expect(chapters).toBeUndefined();
  expect(movie.tracks.map(({ handler }) => handler)).toEqual(['soun', 'tmcd']);
  expect(readFileSync(plain.outcome.path).includes('chpl')).toBe(false);
  const again = await exported('per-player', withMarkers);
  expect(readFileSync(again.outcome.path).equals(readFileSync(marked.outcome.path))).toBe(true);
});

test('ffprobe lists them, from either form', needs('ffprobe'), () => {
  const chaptersOf = (path: string) => {
    const args = ['-v', 'warning', '-show_chapters', '-of', 'json', path];
    const { output, warnings } = runTool('ffprobe', args);
    expect(warnings).toBe('');
    const { chapters } = JSON.parse(output.toString()) as {
      chapters: { start_time: string; tags: { title: string } }[];
    };
    return chapters.map(({ start_time, tags: { title } }) => [Math.round(Number(start_time) * 1000), title]);
  };
  const listed = EXPECTED.map(({ title, startSamples }) => [Math.round(startSamples / 48), title]);
  for (const { outcome } of [marked, combined]) expect(chaptersOf(outcome.path)).toEqual(listed);
  const bytes = readFileSync(marked.outcome.path);
  for (const form of ['chpl', 'chap']) {
    const at = bytes.indexOf(form);
    bytes.write('free', at, 'latin1');
    const path = `${folder.path}/without-${form}.m4a`;
    writeFileSync(path, bytes);
    expect(chaptersOf(path)).toEqual(listed);
    bytes.write(form, at, 'latin1');
  }
});

test('mediainfo lists them', needs('mediainfo'), () => {
  const { output } = runTool('mediainfo', [marked.outcome.path]);
  expect(output.toString()).toMatch(/Menu[\s\S]*00:00:01\.000\s+: Intro/u);
  expect(output.toString()).toContain('Outro – Zoë / again');
});

test('mp4box.js finds the chapter track', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => {
    said.mockRestore();
  });
  const file = createFile();
  file.appendBuffer(
    MP4BoxBuffer.fromArrayBuffer(new Uint8Array(readFileSync(marked.outcome.path)).buffer, 0),
  );
  file.flush();
  const { tracks } = file.getInfo();
  expect(tracks).toHaveLength(3);
  expect(tracks[2]).toMatchObject({
    timescale: 48_000,
    duration: marked.outcome.durationSamples,
    nb_samples: 4,
  });
});
