import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf, tailslate } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Holds the session `s` of two players and, in `out`, a file of each format. */
let folder = '';
let files: readonly string[] = [];
beforeAll(async () => {
  folder = temporaryFolder();
  const run = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await tailslate(args, { cwd: folder });
    expect(code, stderr).toBe(0);
  };
  await run('sample', 's', '--players', '2', '--minutes', '0.4');
  const formats = ['bwf', 'mov', 'ogg', 'mix'].flatMap((format) => ['--format', format]);
  await run('export', 's', '--out', 'out', '--name', '{index}', '--fps', '29.97df', ...formats);
  await run('export', 's', '--out', 'out', '--name', '{index}f', '--fragmented');
  await run('export', 's', '--out', 'out', '--name', 'all', '--layout', 'combined', '--fragmented');
  await run('export', 's', '--out', 'out', '--name', 'all', '--layout', 'combined', '--format', 'mov');
  await run(
    'export',
    's',
    '--out',
    'out',
    '--name',
    'all16',
    '--layout',
    'combined',
    '--format',
    'bwf',
    '--pcm',
    's16',
  );
  await run(
    'export',
    's',
    '--out',
    'out',
    '--name',
    'trim{index}',
    '--align',
    'trim',
    '--format',
    'ogg',
    '--format',
    'bwf',
  );
  files = readdirSync(join(folder, 'out')).map((name) => `out/${name}`);
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const verify = (...args: readonly string[]) => tailslate(['verify', ...args], { cwd: folder });

test('a file of every format is whole, and told by its content', async () => {
  expect(files).toHaveLength(16);
  const run = await verify(...files, '--json');
  expect(run.code, run.stdout).toBe(0);
  const { files: found = [] } = documentOf(run) as {
    files?: readonly { path: string; format: string; fragmented: boolean; notCompared: readonly string[] }[];
  };
  const by = Object.fromEntries(
    found.map(({ path, format, fragmented }) => [path.slice(4), [format, fragmented]]),
  );
  expect(by).toMatchObject({
    '0.wav': ['mix', false],
    '1.wav': ['bwf', false],
    '1.mov': ['mov', false],
    '1.opus': ['ogg', false],
    '1f.m4a': ['m4a', true],
    'all.m4a': ['m4a', true],
  });
  // What has no digest says so.
  for (const { format, notCompared } of found) {
    expect(notCompared.length).toBe(format === 'm4a' ? 0 : 1);
  }
});

test('compared with the session it is the same packet by packet, or sample by sample', async () => {
  const run = await verify(...files, '--session', 's');
  expect(run.code, run.stdout).toBe(0);
  const lines = run.stdout.trim().split('\n');
  expect(lines.filter((line) => line.includes(': identical to the session ('))).toHaveLength(15);
  expect(run.stdout).toMatch(
    /^ok +out\/0\.wav: whole \(Mix-down, .*\n +not compared: the samples: how loud/mu,
  );
});

test('names do not matter', async () => {
  copyFileSync(join(folder, 'out/1.wav'), join(folder, 'wrong.m4a'));
  copyFileSync(join(folder, 'out/1.opus'), join(folder, 'wrong.wav'));
  const run = await verify('wrong.m4a', 'wrong.wav', '--session', 's', '--json');
  expect(run.code, run.stdout).toBe(0);
  expect(documentOf(run)).toMatchObject({ files: [{ format: 'bwf' }, { format: 'ogg' }] });
});

describe('one flipped bit is found', () => {
  const broken = async (name: string, at: (bytes: Buffer) => number, ...args: readonly string[]) => {
    const bytes = readFileSync(join(folder, 'out', name));
    const place = at(bytes);
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    writeFileSync(join(folder, `broken-${name}`), bytes);
    return verify(`broken-${name}`, ...args);
  };
  const middle = (bytes: Buffer): number => Math.floor(bytes.length / 2);

  test.each(['1.wav', '1.mov', 'all.mov', 'all16.wav'])('in the samples of %s, and where', async (name) => {
    expect((await broken(name, middle)).code).toBe(0);
    const run = await broken(name, middle, '--session', 's');
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^FAILED .*\n +session-samples: they differ .* first at sample \d+/u);
  });

  test('in a page of Ogg, with or without the session', async () => {
    for (const args of [[], ['--session', 's']]) {
      const run = await broken('1.opus', middle, ...args);
      expect(run.code).toBe(1);
      expect(run.stdout).toMatch(/readable: at byte \d+: An Ogg page whose checksum does not match/u);
    }
  });

  test('in a fragment', async () => {
    expect((await broken('1f.m4a', middle)).code).toBe(1);
    const run = await broken('1f.m4a', (bytes) => bytes.indexOf('tfdt', bytes.length / 2) + 15);
    expect(run.stdout).toMatch(/fragments: track 1: fragment \d+ begins at/u);
    const index = await broken('1f.m4a', (bytes) => bytes.indexOf('tfra') + 26);
    expect(index.stdout).toMatch(/fragments: track 1: fragment 1 is not where the index says/u);
  });

  test.each([
    [
      '1.wav',
      (bytes: Buffer) => bytes.indexOf('bext') + 8 + 338,
      /timecode: samples since midnight: bext says/u,
    ],
    ['1.wav', (bytes: Buffer) => bytes.indexOf('TIMECODE_START=') + 25, /timecode: /u],
    ['1.mov', (bytes: Buffer) => bytes.indexOf('mdat') + 7, /item-timecode: /u],
    ['0.wav', (bytes: Buffer) => bytes.indexOf('DURATION_SAMPLES=') + 20, /item-duration: /u],
  ] as const)('in what %s says of itself', async (name, at, says) => {
    const run = await broken(name, at);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(says);
  });
});

test('what was cut short is not whole', async () => {
  for (const name of ['1.wav', '1.mov', '1.opus', '1f.m4a', '0.wav']) {
    const bytes = readFileSync(join(folder, 'out', name));
    writeFileSync(join(folder, `cut-${name}`), bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    for (const args of [[], ['--session', 's']]) {
      const run = await verify(`cut-${name}`, ...args);
      expect(run.code, run.stdout).toBe(1);
      expect(run.stdout + run.stderr).toMatch(/FAILED|cut-/u);
    }
  }
});

test('a WAV of others is no export', async () => {
  const bytes = Buffer.alloc(44 + 96);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(48_000, 24);
  bytes.writeUInt32LE(96_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(96, 40);
  writeFileSync(join(folder, 'other.wav'), bytes);
  const run = await verify('other.wav');
  expect(run.code).toBe(1);
  expect(run.stdout).toMatch(/metadata: no Tailslate metadata/u);
  const compared = await verify('other.wav', '--session', 's');
  expect(compared.code).toBe(1);
  expect(compared.stderr).toMatch(/it is not a Tailslate export\.\n {2}Verify it without --session/u);
});

test('--fragmented is for m4a', async () => {
  const run = await tailslate(['export', 's', '--out', 'o', '--format', 'bwf', '--fragmented'], {
    cwd: folder,
  });
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/--fragmented is a form of m4a.*\n {2}Add --format m4a/u);
});
