import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf, fingerprint, pathsBelow, tailslate } from '../support/cli.ts';
import { nanoLogOf, writeNanoSession } from '../support/nano-session.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A folder with a session `s`, a text file `notes.txt` and an empty folder `empty`. */
let folder = '';
beforeAll(() => {
  folder = temporaryFolder();
  writeNanoSession(join(folder, 's'), [nanoLogOf('Ada', 20, 1), nanoLogOf('Bo Li', 20, 2)], 1000);
  writeFileSync(join(folder, 'notes.txt'), 'Buy milk.\n');
  mkdirSync(join(folder, 'empty'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const EXPORT = ['export', 's', '--out', 'out'];

/** Arguments, exit code, and what is said: the thing and the next step. */
const CASES: readonly (readonly [args: readonly string[], code: 1 | 2, says: RegExp])[] = [
  [['nonsense'], 2, /unknown command 'nonsense'\n {2}Run "tailslate --help"/u],
  [['--frob'], 2, /unknown option '--frob'\n {2}Run "tailslate --help"/u],
  [['inspect'], 2, /missing required argument 'session'\n {2}Run "tailslate inspect --help"/u],
  [['inspect', 's', 't'], 2, /too many arguments.*\n {2}Run "tailslate inspect --help"/u],
  [['inspect', 'nowhere'], 1, /nowhere does not exist\.\n {2}Check the path/u],
  [['inspect', 'empty'], 1, /empty is not a session folder.*\n {2}Name the folder that holds session\.json/u],
  [['inspect', 'notes.txt'], 1, /notes\.txt is a file, not a session folder/u],
  [['inspect', 'notes.txt/x'], 1, /notes\.txt\/x/u],
  [['inspect', 's', '--fps', '26'], 2, /no timecode rate "26"\.\n {2}Use 23\.976, 24/u],
  [['inspect', 's', '--zone', 'Mars'], 2, /no time zone "Mars"\.\n {2}Use utc, local/u],
  [
    ['serve', '--no-open', '--library', 'library', '--user-data', 'notes.txt/x'],
    1,
    /Cannot make the folder of settings .*notes\.txt.x: a part of the path is a file\.\n {2}Check the path/u,
  ],
  [['recover', 'nowhere'], 1, /nowhere does not exist/u],
  [['verify'], 2, /missing required argument 'file'/u],
  [['export', '--out', 'out'], 2, /missing required argument 'session'\n {2}Run "tailslate export --help"/u],
  [['export', 's'], 2, /'-o, --out <dir>' not specified/u],
  [['export', 's', '--out'], 2, /'-o, --out <dir>' argument missing/u],
  [['export', 's', '--out', ''], 2, /--out names no folder\.\n {2}Name one/u],
  [['export', 'nowhere', '--out', 'out'], 1, /nowhere does not exist/u],
  [['export', 'nowhere', 'neither', '--out', 'out'], 1, /nowhere does not exist/u],
  [[...EXPORT, '--frob'], 2, /unknown option '--frob'\n {2}Run "tailslate export --help"/u],
  [[...EXPORT, '--player', 'Eve'], 2, /no player "Eve" in .*s\.\n {2}Its players are "Ada", "Bo Li"/u],
  [[...EXPORT, '--player', ''], 2, /no player ""/u],
  [[...EXPORT, '--zone', '../etc'], 2, /no time zone/u],
  [[...EXPORT, '--preset', 'avid'], 2, /no preset "avid"\.\n {2}Use one of final-cut, resolve/u],
  [[...EXPORT, '--format', 'mp3'], 2, /'mp3' is invalid. Allowed choices are m4a/u],
  [[...EXPORT, '--align', 'left'], 2, /Allowed choices are session, trim/u],
  [[...EXPORT, '--existing', 'delete'], 2, /Allowed choices are number, skip, overwrite/u],
  [
    [...EXPORT, '--start', '01:01:00;00', '--fps', '29.97df'],
    2,
    /skips "01:01:00;00"\.\n {2}The next one is 01:01:00;02/u,
  ],
  [[...EXPORT, '--start', '10:00'], 2, /"10:00" is not a timecode\.\n {2}Write hours/u],
  [[...EXPORT, '--start', '25:00:00:00'], 2, /25:00:00:00/u],
  [[...EXPORT, '--start', '10:00:00:25'], 2, /10:00:00:25/u],
  [[...EXPORT, '--offset', 'abc'], 2, /--offset takes a whole number from .*, not "abc"/u],
  [[...EXPORT, '--offset', '1.5'], 2, /--offset takes a whole number/u],
  [[...EXPORT, '--offset', '99999999999'], 2, /--offset takes a whole number/u],
  [[...EXPORT, '--jobs', '0'], 2, /--jobs takes a whole number from 1 to 64, not "0"/u],
  [[...EXPORT, '--jobs', '1e3'], 2, /--jobs takes a whole number/u],
  [
    [...EXPORT, '--name', '{player}_{colour}'],
    2,
    /unknown token \{colour\}\.\n {2}Use \{session\}, \{player\}/u,
  ],
  [['sample', 'new', '--players', '0'], 2, /--players takes a whole number from 1 to 4, not "0"/u],
  [['sample', 'new', '--players', '5'], 2, /--players/u],
  [['sample', 'new', '--players', 'x'], 2, /--players/u],
  [['sample', 'new', '--minutes', '0'], 2, /--minutes takes a number from 0\.1 to 1440, not "0"/u],
  [['sample', 'new', '--minutes', '-1'], 2, /--minutes/u],
  [['sample', 'new', '--minutes', '1e9'], 2, /--minutes/u],
  [['sample', 's'], 1, /s is not empty\.\n {2}Name a folder that does not exist yet/u],
  [['sample', 'notes.txt'], 1, /notes\.txt cannot be a session folder: a file is in the way/u],
  [['sample', 'notes.txt/new'], 1, /a file is in the way/u],
];

describe('wrong use is named, with the next step, and changes nothing:', () => {
  test.each(CASES)('%j exits with %i', async (args, code, says) => {
    const before = fingerprint(folder);
    const [command = '', ...rest] = args;
    const run = await tailslate([command, '--json', ...rest], { cwd: folder });
    expect(run.stderr).toMatch(says);
    expect(run.stderr).toMatch(/^tailslate: /u);
    expect(run.stderr).not.toContain('..\n');
    expect(run.code).toBe(code);
    const { error } = documentOf(run);
    if (code === 2) expect(error?.code).toBe('usage');
    expect(run.stderr).toContain(error?.message);
    expect(fingerprint(folder)).toBe(before);
    expect(pathsBelow(join(folder, 'out'))).toEqual([]);
  });
});

describe('help', () => {
  test('without a command shows the commands, and that this was wrong use', async () => {
    const run = await tailslate([]);
    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(/Usage: tailslate/u);
  });

  test.each([['--help'], ['help']])('%s shows the commands, an example and the exit codes', async (arg) => {
    const run = await tailslate([arg]);
    expect(run.code).toBe(0);
    for (const command of ['inspect', 'export', 'verify', 'recover', 'sample', 'doctor'])
      expect(run.stdout).toMatch(new RegExp(`^  ${command} `, 'mu'));
    expect(run.stdout).toMatch(/tailslate sample my-session/u);
    expect(run.stdout).toMatch(
      /Exit codes: 0 done; 1 failed, or nothing was made; 2 wrong use; 3 done, with damage/u,
    );
    expect(run.stderr).toBe('');
  });

  test('of a command tells its exit codes too', async () => {
    const run = await tailslate(['export', '--help']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/--existing <what>/u);
    expect(run.stdout).toMatch(/Exit codes/u);
  });

  test('--version is the version alone', async () => {
    expect((await tailslate(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });
});

test('doctor says what works, in words and as JSON', async () => {
  const run = await tailslate(['doctor', '--json']);
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ ok: true, parts: expect.any(Array) as unknown[] });
  expect((await tailslate(['doctor'])).stdout).toMatch(/opus encoder +ok/u);
});
