import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withFileSource } from '../../electron/io/file-source.ts';
import { itemValue } from '../../electron/media/mp4/read-metadata.ts';
import { readMovie } from '../../electron/media/mp4/reader.ts';
import { nameKey } from '../../shared/model/file-name.ts';
import { documentOf, pathsBelow, tailslate } from '../support/cli.ts';
import { nanoLogBytes, nanoLogOf, writeNanoSession } from '../support/nano-session.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

const NAMES = [
  '..',
  'a/b',
  'a\\b',
  '/etc/passwd',
  'CON',
  'con.m4a',
  'n'.repeat(300),
  'é'.repeat(150),
  'שלום עולם',
  '\u202Egpj.exe',
  'Bøb 🎧 👩‍👩‍👧‍👦',
  'Ann',
  'ann',
  'ANN',
  'e\u0301ve',
  '\u00e9ve',
  '  padded.  ',
  'two\nlines\u0007',
  '-rf',
  '{index}',
  'what?*<>|":',
];

/** The player that a file names as its own. */
async function playerIn(path: string): Promise<string | undefined> {
  return withFileSource(path, async (source) => {
    const movie = await readMovie(source);
    const items = [movie, ...movie.tracks].flatMap(({ metadata }) => metadata);
    return itemValue(items, 'com.tailslate', 'PLAYER');
  });
}

/** Exports and holds what must be true of every name: safe, distinct on every system, in the folder, truly named inside. */
async function exportsAll(folder: string, session: string, names: readonly string[]): Promise<void> {
  for (const template of ['{player}', '{session}/{player}']) {
    const out = join(folder, `out${template.length}`);
    const run = await tailslate(['export', session, '--out', out, '--name', template, '--json']);
    expect(run.code, run.stderr).toBe(0);
    const files = documentOf(run).files?.filter(({ status }) => status === 'done') ?? [];
    expect(files.map(({ player }) => player)).toEqual(names);
    const paths = pathsBelow(out);
    expect(paths).toHaveLength(names.length);
    expect(new Set(paths.map(nameKey)).size).toBe(names.length);
    for (const path of paths.flatMap((below) => below.split('/').slice(-1))) {
      expect(path).toMatch(/^[^/\\:*?"<>|\p{Cc}\u202e. -][^/\\:*?"<>|\p{Cc}\u202e]*\.m4a$|^-rf\.m4a$/u);
      expect(path).not.toMatch(/^(con|aux|nul)\./iu);
      expect(Buffer.byteLength(path)).toBeLessThanOrEqual(240);
    }
    for (const { path, player } of files) {
      expect(path.startsWith(join(out, '/'))).toBe(true);
      expect(await playerIn(path)).toBe(player);
    }
  }
}

describe('players with awkward names', () => {
  test('all come out of a session of Tailslate, one without packets apart', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, {
        players: [...NAMES, 'Silent'],
        spoken: NAMES.map((_, track) => ({ track, positionSamples: 0, packets: packetsOf(3, track) })),
        endSamples: 9600,
      });
      await exportsAll(folder, session, NAMES);
      const dry = await tailslate(['export', session, '--out', join(folder, 'dry'), '--player', 'Silent']);
      expect(dry.code).toBe(1);
      expect(dry.stderr).toMatch(/Silent: skipped\. No packets were recorded/u);
      expect(dry.stderr).toContain('tailslate: Nothing was written');
      expect(pathsBelow(folder).filter((path) => /^(session|out)/u.exec(path) === null)).toEqual([]);
    });
  });

  test('all come out of a session of Bedrock Voice Chat', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      writeNanoSession(
        session,
        NAMES.map((name, seed) => nanoLogOf(name, 3, seed, 0)),
        200,
      );
      await exportsAll(folder, session, NAMES);
    });
  });

  test('two of one name get a file each', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, {
        players: ['Sam', 'Sam'],
        spoken: [0, 1].map((track) => ({ track, positionSamples: 0, packets: packetsOf(3 + track, track) })),
        endSamples: 9600,
      });
      const run = await tailslate([
        'export',
        session,
        '--out',
        join(folder, 'out'),
        '--name',
        '{player}',
        '--json',
      ]);
      expect(run.code).toBe(0);
      expect(documentOf(run).files).toMatchObject([{ packets: 3 }, { packets: 4 }]);
      expect(pathsBelow(join(folder, 'out'))).toEqual(['Sam (2).m4a', 'Sam.m4a']);
    });
  });

  test('a name beside a log file does not lead out of the session', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      mkdirSync(join(session, 'wal'), { recursive: true });
      writeFileSync(join(session, 'wal', '..-1-0001.log'), nanoLogBytes(nanoLogOf('../../evil', 3, 1)));
      const run = await tailslate(['export', session, '--out', join(folder, 'out'), '--name', '{player}']);
      expect(run.code).toBe(0);
      expect(pathsBelow(folder).filter((path) => path.endsWith('.m4a'))).toEqual(['out/_.._evil.m4a']);
    });
  });
});
