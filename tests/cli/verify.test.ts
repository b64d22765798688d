import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { documentOf, pathsBelow, spawned, tailslate } from '../support/cli.ts';
import { nanoLogOf, writeNanoSession } from '../support/nano-session.ts';
import { needs, programPath } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ADA = nanoLogOf('Ada', 100, 1, 2000);

/** Holds the session `s`, another one `t`, and the exported `good.m4a`; each test has its copy `bad.m4a`. */
let folder = '';
let good: Buffer = Buffer.alloc(0);
beforeAll(async () => {
  folder = temporaryFolder();
  writeNanoSession(join(folder, 's'), [ADA], 6000);
  writeNanoSession(join(folder, 't'), [ADA], 6000);
  const manifest = join(folder, 't', 'session.json');
  writeFileSync(
    manifest,
    readFileSync(manifest, 'utf8').replace(/"session_id": "\w+/u, '"session_id": "deadbeef'),
  );
  writeNanoSession(join(folder, 'u'), [nanoLogOf('Ben', 5, 1)], 6000);
  const run = await tailslate(['export', 's', '--out', '.', '--name', 'good'], { cwd: folder });
  expect(run.code, run.stderr).toBe(0);
  good = readFileSync(join(folder, 'good.m4a'));
});
beforeEach(() => {
  writeFileSync(join(folder, 'bad.m4a'), good);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const verify = (...args: readonly string[]) => tailslate(['verify', ...args], { cwd: folder });

function flip(at: number): void {
  const bytes = Buffer.from(good);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(join(folder, 'bad.m4a'), bytes);
}

test('a good file is whole, and identical to its session', async () => {
  expect((await verify('good.m4a')).stdout).toMatch(
    /^ok +good\.m4a: whole \(100 packets, \d+ of silence, 0:06\.0, /u,
  );
  const run = await verify('good.m4a', '--session', 's');
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/^ok +good\.m4a: identical to the session/u);
});

test('a good file of several players says how much they have together', async () => {
  writeNanoSession(join(folder, 'two'), [ADA, nanoLogOf('Ben', 70, 2, 2000)], 6000);
  const out = join(folder, 'combined');
  const run = await tailslate(['export', join(folder, 'two'), '--out', out, '--layout', 'combined']);
  expect(run.code, run.stderr).toBe(0);
  expect((await verify(...pathsBelow(out).map((path) => join(out, path)))).stdout).toMatch(
    /: whole \(2 tracks, 170 packets, \d+ of silence, 0:06\.0, /u,
  );
});

describe('one flipped byte is found', () => {
  test('in the payload', async () => {
    flip(good.indexOf(ADA.packets[50] ?? '') + 20);
    const run = await verify('bad.m4a');
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^FAILED +bad\.m4a\n.*item-digest: PACKETS_SHA256 says/u);
    const compared = await verify('bad.m4a', '--session', 's', '--json');
    expect(compared.code).toBe(1);
    expect(JSON.parse(compared.stdout)).toMatchObject({
      ok: false,
      files: [{ ok: false, firstDifference: { packet: 50, what: 'payload' } }],
    });
  });

  test('in the tables', async () => {
    for (const box of ['stsz', 'stts', 'stco', 'elst', 'dOps', 'tmcd']) {
      flip(good.indexOf(box) + 15);
      const run = await verify('bad.m4a', '--session', 's');
      expect(run.code, `${box}: ${run.stdout}`).toBe(1);
      expect(run.stdout).toMatch(/^FAILED +bad\.m4a\n +[\w-]+: /u);
    }
  });

  test('in what the file says of itself', async () => {
    flip(good.indexOf('PACKETS_SHA256') + 14 + 16);
    expect((await verify('bad.m4a')).code).toBe(1);
  });

  test('in silence, the length and the sound of it', async () => {
    // Two seconds lie before the first packet, so behind the timecode's 4 bytes the media begin with silence.
    const silence = good.indexOf('mdat') + 8;
    flip(silence + 30);
    expect((await verify('bad.m4a')).stdout).toMatch(/ packets: 1 packets do not last/u);
    flip(silence + 31);
    const run = await verify('bad.m4a');
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(
      / silence: 1 packets of silence differ from the others, the first is sample 10/u,
    );
  });
});

describe('what is not one whole file of ours is said to be so:', () => {
  test.each([0.99, 0.5, 0.2])('%d of the bytes', async (part) => {
    truncateSync(join(folder, 'bad.m4a'), Math.floor(good.length * part));
    const run = await verify('bad.m4a');
    expect(run.code).toBe(1);
    expect(run.stdout + run.stderr).toMatch(/FAILED +bad\.m4a|bad\.m4a/u);
    expect((await verify('bad.m4a', '--json')).code).toBe(1);
  });

  test.each([
    ['an empty file', '', /^tailslate: bad\.m4a: The file is empty\.\n {2}Export or copy it again/u],
    [
      'a text',
      'Buy milk.\n',
      /^tailslate: bad\.m4a: This is no M4A, MOV, WAV or Ogg file: it looks like a text file\.\n {2}Choose/u,
    ],
    ['zeros', '\0'.repeat(5000), /its beginning is only zeros/u],
  ])('%s', async (_what, content, says) => {
    writeFileSync(join(folder, 'bad.m4a'), content);
    const run = await verify('bad.m4a', '--json');
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(says);
    expect(documentOf(run)).toMatchObject({ ok: false, files: [{ path: 'bad.m4a', ok: false }] });
  });

  test('a missing file and a folder; the others are verified all the same', async () => {
    mkdirSync(join(folder, 'folder'));
    const run = await verify('nowhere.m4a', 'folder', 'good.m4a', '--json');
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^tailslate: Cannot read nowhere\.m4a: it does not exist\.\n/mu);
    expect(run.stderr).toMatch(/^tailslate: Cannot read folder: it is a folder\.\n {2}Name a file\.$/mu);
    expect(documentOf(run).files?.map(({ ok }) => ok)).toEqual([false, false, true]);
  });

  test('a file of another session', async () => {
    for (const [session, says] of [
      [
        't',
        /good\.m4a was made from session 019ceed2\S+, not from deadbeef\S+ in .*t\.\n {2}Name the session/u,
      ],
      ['u', /good\.m4a is of player Ada-\d+, whom .*u does not have\.\n {2}Name the session/u],
      ['nowhere', /nowhere does not exist/u],
    ] as const) {
      const run = await verify('good.m4a', '--session', session);
      expect(run.code).toBe(1);
      expect(run.stdout + run.stderr).toMatch(says);
    }
  });

  test('an MP4 of others', needs('ffmpeg'), async () => {
    const source = ['-f', 'lavfi', '-i', 'sine=duration=1:sample_rate=48000'];
    for (const [codec, says] of [
      ['libopus', /metadata: no Tailslate metadata/u],
      ['aac', /metadata: no Tailslate metadata/u],
    ] as const) {
      const args = ['-v', 'error', '-y', ...source, '-c:a', codec, '-f', 'mp4', join(folder, 'other.m4a')];
      expect((await spawned(programPath('ffmpeg'), args)).code).toBe(0);
      const run = await verify('other.m4a');
      expect(run.code).toBe(1);
      expect(run.stdout).toMatch(/^FAILED +other\.m4a/u);
      expect(run.stdout).toMatch(says);
      const compared = await verify('other.m4a', '--session', 's');
      expect(compared.code).toBe(1);
      expect(compared.stderr).toMatch(/it is not a Tailslate export\.\n {2}Verify it without --session/u);
    }
  });
});

test('verifying changes nothing', async () => {
  const there = pathsBelow(folder);
  await verify('good.m4a', '--session', 's');
  expect(pathsBelow(folder)).toEqual(there);
  expect(readFileSync(join(folder, 'good.m4a')).equals(good)).toBe(true);
});
