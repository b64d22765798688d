import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PRESETS } from '../../shared/model/presets.ts';
import { documentOf, fingerprint, pathsBelow, spawned, tailslate } from '../support/cli.ts';
import { nanoLogOf, writeNanoSession } from '../support/nano-session.ts';
import { needs, programPath } from '../support/programs.ts';
import { writeSession } from '../support/session-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Ada from 40 ms on, Ben from 4.04 s; T0 is 2026-03-14 23:59:12.345 UTC. */
const LOGS = [nanoLogOf('Ada', 100, 1), nanoLogOf('Ben', 50, 2, 4040)];
const SESSION_ID = '019ceed2-3b19-7000-8000-5eed0000a11c';

let folder = '';
let before = '';
let out = '';
let runs = 0;
beforeAll(() => {
  folder = temporaryFolder();
  writeNanoSession(join(folder, 's'), LOGS, 6000);
  before = fingerprint(join(folder, 's'));
});
beforeEach(() => {
  out = join(folder, `out${++runs}`);
});
afterAll(() => {
  expect(fingerprint(join(folder, 's'))).toBe(before);
  rmSync(folder, { recursive: true });
});

const exporting = (...more: readonly string[]) =>
  tailslate(['export', 's', '--out', out, '--zone', 'utc', ...more], { cwd: folder });

describe('names', () => {
  test('from every token', async () => {
    const run = await exporting(
      '--name',
      '{session} {player} {index} {date} {time} {timecode}',
      '--player',
      'Ben',
    );
    expect(run.code).toBe(0);
    expect(pathsBelow(out)).toEqual([`${SESSION_ID} Ben 2 2026-03-14 23-59-12 23-59-12-08.m4a`]);
  });

  test('without a token that tells players apart are numbered', async () => {
    expect((await exporting('--name', 'take')).code).toBe(0);
    expect(pathsBelow(out)).toEqual(['take (2).m4a', 'take.m4a']);
  });

  test('that would lead elsewhere stay in the folder', async () => {
    expect((await exporting('--name', '../../{player}')).code).toBe(0);
    expect(pathsBelow(out)).toEqual(['Ada.m4a', 'Ben.m4a']);
    expect((await exporting('--name', '', '--player', 'Ada')).code).toBe(0);
    expect(pathsBelow(out)).toContain('untitled.m4a');
  });
});

describe('--existing', () => {
  test('numbers, skips and overwrites', async () => {
    const names = ['--name', '{player}', '--json'];
    expect((await exporting(...names)).code).toBe(0);
    const bytes = readFileSync(join(out, 'Ada.m4a'));

    expect((await exporting(...names)).code).toBe(0);
    expect(pathsBelow(out)).toEqual(['Ada (2).m4a', 'Ada.m4a', 'Ben (2).m4a', 'Ben.m4a']);
    expect(readFileSync(join(out, 'Ada (2).m4a')).equals(bytes)).toBe(true);

    writeFileSync(join(out, 'Ada.m4a'), 'mine');
    const skipped = await exporting(...names, '--existing', 'skip');
    expect(skipped.code).toBe(0);
    expect(documentOf(skipped).files).toMatchObject([{ status: 'skipped' }, { status: 'skipped' }]);
    expect(skipped.stderr).toMatch(/^Ada: skipped\. Ada\.m4a is there already\.$/mu);
    expect(readFileSync(join(out, 'Ada.m4a'), 'utf8')).toBe('mine');

    expect((await exporting(...names, '--existing', 'overwrite')).code).toBe(0);
    expect(readFileSync(join(out, 'Ada.m4a')).equals(bytes)).toBe(true);
    expect(pathsBelow(out)).toHaveLength(4);
  });

  test.each(['number', 'skip', 'overwrite'])(
    '%s: two exports at once leave only whole files',
    async (existing) => {
      const args = ['--name', '{player}', '--existing', existing, '--json'];
      const both = await Promise.all([exporting(...args), exporting(...args)]);
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      const left = pathsBelow(out);
      expect(left).toHaveLength(existing === 'number' ? 4 : 2);
      const verified = await tailslate(['verify', ...left, '--session', join(folder, 's')], { cwd: out });
      expect(verified.code, verified.stdout).toBe(0);
    },
  );
});

describe('what is exported', () => {
  test.each([['m4a'], ['mix'], ['bwf', '--project', 'csv']])(
    'nothing is where nobody has packets, in %s, and the exit code says so',
    async (format, ...more) => {
      const silent = join(folder, `silent ${format}`);
      await writeSession(silent, { players: ['Ada', 'Ben'], spoken: [], endSamples: 48_000 });
      const args = ['export', silent, '--out', out, '--format', format, ...more, '--json'];
      const run = await tailslate(args);
      expect(run.code, run.stderr).toBe(1);
      expect(documentOf(run)).toMatchObject({
        error: { code: 'nothing-to-do', message: 'Nothing was written: nobody in this export has packets.' },
      });
      expect(run.stderr).toContain('tailslate: Nothing was written: nobody in this export has packets.\n');
      expect(pathsBelow(out)).toEqual([]);
    },
  );

  test('--dry-run writes nothing, not even the folder', async () => {
    const there = pathsBelow(folder);
    const run = await exporting('--dry-run', '--json');
    expect(run.code).toBe(0);
    expect(documentOf(run).files).toMatchObject([
      { fileName: '1_Ada_23-59-12-08.m4a' },
      { fileName: '2_Ben_23-59-12-08.m4a' },
    ]);
    expect((await exporting('--dry-run')).stdout).toMatch(
      /^Ben +2_Ben_23-59-12-08\.m4a +23:59:12:08 +0:06\.0$/mu,
    );
    expect(existsSync(out)).toBe(false);
    expect(pathsBelow(folder)).toEqual(there);
  });

  test('--player may be repeated, in any order and twice', async () => {
    const run = await exporting('--player', 'Ben', '--player', 'Ada', '--player', 'Ben', '--json');
    expect(documentOf(run).files?.map(({ player }) => player)).toEqual(['Ada', 'Ben']);
    expect(pathsBelow(out)).toHaveLength(2);
  });

  test('several sessions in one call, by any path to them', async () => {
    cpSync(join(folder, 's'), join(folder, 'späte 🎧 session'), { recursive: true });
    const sessions = ['./s/../s', 'späte 🎧 session/session.json', join(folder, 's/')];
    const run = await tailslate(['export', ...sessions, '-o', 'päth with 🎧 space', '--json'], {
      cwd: folder,
    });
    expect(run.code, run.stderr).toBe(0);
    expect(documentOf(run).files).toHaveLength(6);
    const left = pathsBelow(join(folder, 'päth with 🎧 space'));
    expect(left).toHaveLength(6);
    rmSync(join(folder, 'päth with 🎧 space'), { recursive: true });
    rmSync(join(folder, 'späte 🎧 session'), { recursive: true });
  });

  test('a preset says what its editor is known to read', async () => {
    const run = await exporting('--preset', 'premiere', '--dry-run');
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^Premiere Pro: .*reported not to import Opus/u);
  });

  test.each(PRESETS)(
    'the preset $id makes the project files of its editor, and they name what it reads',
    async ({ id, choices }) => {
      const run = await exporting('--preset', id, '--dry-run', '--json');
      expect(run.code).toBe(0);
      const { files, projects } = JSON.parse(run.stdout) as {
        files: { kind: string }[];
        projects: { kind: string; item: { media: { format: string }[] } }[];
      };
      expect([...new Set(files.map(({ kind }) => kind))]).toEqual(choices.formats);
      expect([...new Set(projects.map(({ kind }) => kind))]).toEqual(choices.projects);
      const read = choices.formats.includes('bwf') ? 'bwf' : 'm4a';
      for (const { item } of projects)
        expect(new Set(item.media.map(({ format }) => format))).toEqual(new Set([read]));
    },
  );

  test('formats and project files that are named go before those of the preset', async () => {
    const run = await exporting(
      '--preset',
      'resolve',
      '--format',
      'm4a',
      '--project',
      'csv',
      '--dry-run',
      '--json',
    );
    const { files, projects } = JSON.parse(run.stdout) as Record<string, { kind: string }[]>;
    expect(files?.map(({ kind }) => kind)).toEqual(files?.map(() => 'm4a'));
    expect(projects?.map(({ kind }) => kind)).toEqual(['csv', 'csv']);
  });

  test('README has a row for each preset, with all that it makes', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const inCode = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
    for (const { id, title, choices } of PRESETS) {
      const row = ['', title, `\`${id}\``, inCode(choices.formats), inCode(choices.projects), ''];
      expect(rows).toContainEqual(row);
    }
  });
});

describe('--align trim', needs('ffprobe'), () => {
  /** Timecode of the file's first sample and its length in samples, as ffprobe reads them. */
  async function probe(name: string): Promise<{ timecode: string; seconds: number }> {
    const entries = 'stream_tags=timecode:format=duration';
    const args = [
      '-v',
      'error',
      '-show_entries',
      entries,
      '-of',
      'default=noprint_wrappers=1',
      join(out, name),
    ];
    const { stdout } = await spawned(programPath('ffprobe'), args);
    return {
      timecode: /timecode=(\S+)/u.exec(stdout)?.[1] ?? '',
      seconds: Number(/^duration=(\S+)/mu.exec(stdout)?.[1]),
    };
  }

  test('starts each file at the frame of its own first packet', async () => {
    expect((await exporting('--align', 'trim', '--name', '{player}')).code).toBe(0);
    // Ada's first packet lies at 12.385 s, Ben's at 16.385 s past the minute: in frame 9 of 25.
    expect(await probe('Ada.m4a')).toMatchObject({ timecode: '23:59:12:09' });
    expect(await probe('Ben.m4a')).toMatchObject({ timecode: '23:59:16:09' });
    expect((await probe('Ada.m4a')).seconds).toBeCloseTo(2 + 0.025, 2);
    expect((await probe('Ben.m4a')).seconds).toBeCloseTo(1 + 0.025, 2);
    const verified = await tailslate(['verify', 'Ada.m4a', 'Ben.m4a', '--session', join(folder, 's')], {
      cwd: out,
    });
    expect(verified.code, verified.stdout).toBe(0);
  });

  test('keeps to the labels of drop frame, a fixed start and an offset', async () => {
    const start = ['--start', '00:59:58;20', '--fps', '29.97df', '--offset', '-10'];
    expect((await exporting('--align', 'trim', '--name', '{player}', ...start)).code).toBe(0);
    // 00:59:58;10 is frame 107842, which gives way to 107840; Ben, 123 frames on, starts 120 on: 68 past the hour.
    expect(await probe('Ada.m4a')).toMatchObject({ timecode: '00:59:58;08' });
    expect(await probe('Ben.m4a')).toMatchObject({ timecode: '01:00:02;08' });
  });
});
