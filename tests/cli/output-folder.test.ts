import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI, documentOf, fingerprint, pathsBelow, spawned, tailslate } from '../support/cli.ts';
import { mountRefusal, READ_ONLY, tailslateOn } from '../support/mounts.ts';
import { nanoLogOf, writeNanoSession } from '../support/nano-session.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Holds a session of 2 x 60 kB in `s`. */
let folder = '';
let before = '';
beforeAll(() => {
  folder = temporaryFolder();
  writeNanoSession(join(folder, 's'), [nanoLogOf('Ada', 600, 1), nanoLogOf('Ben', 600, 2)], 13_000);
  before = fingerprint(join(folder, 's'));
});
afterAll(() => {
  expect(fingerprint(join(folder, 's'))).toBe(before);
  rmSync(folder, { recursive: true });
});

const out = (name: string): string => join(folder, name);
const exportTo = (to: string, ...more: readonly string[]): readonly string[] => [
  'export',
  out('s'),
  '--out',
  to,
  ...more,
];

describe('the output folder', () => {
  test('is created with those above it', async () => {
    const run = await tailslate(exportTo(out('a/b/c 🎧')));
    expect(run.code).toBe(0);
    expect(pathsBelow(out('a/b/c 🎧'))).toHaveLength(2);
  });

  test.each(['file', 'file/below'])('is refused at %s where a file is in the way', async (path) => {
    writeFileSync(out('file'), 'mine');
    const run = await tailslate(exportTo(out(path), '--json'));
    expect(run.code).toBe(1);
    expect(documentOf(run).error).toMatchObject({ code: 'unwritable' });
    expect(run.stderr).toMatch(/a file of that name is in the way\.\n {2}Choose another folder\./u);
  });

  test('may hold a folder of a wanted name', async () => {
    mkdirSync(out('taken/Ada.m4a'), { recursive: true });
    const numbered = await tailslate(exportTo(out('taken'), '--name', '{player}', '--player', 'Ada'));
    expect(numbered.code).toBe(0);
    expect(pathsBelow(out('taken'))).toEqual(['Ada (2).m4a']);
    const over = await tailslate(
      exportTo(out('taken'), '--name', '{player}', '--existing', 'overwrite', '--player', 'Ada'),
    );
    expect(over.code).toBe(1);
    expect(over.stderr).toMatch(/^Ada: Cannot write .*Ada\.m4a: it is a folder/mu);
    expect(pathsBelow(out('taken'))).toEqual(['Ada (2).m4a']);
  });

  test('that is gone half-way fails every file, with the reason', async () => {
    const to = out('gone');
    const run = await tailslate(exportTo(to, '--jobs', '2'), {
      onStart: () => {
        const watch = setInterval(() => {
          if (pathsBelow(to).length === 0) return;
          clearInterval(watch);
          renameSync(to, out('elsewhere'));
        }, 1);
      },
    });
    // Fast disks may be done before; then nothing is wrong.
    expect([0, 1]).toContain(run.code);
    if (run.code === 1) expect(run.stderr).toMatch(/its folder does not exist any more|is gone/u);
    expect(pathsBelow(dirname(to)).filter((path) => path.startsWith('gone'))).toEqual([]);
  });

  test('a file larger than allowed leaves nothing', async () => {
    // 40 blocks of 1 KiB, while a file takes some 60 kB.
    const limited = (jobs: string) =>
      spawned('bash', [
        '-c',
        'ulimit -f 40; exec "$@"',
        '-',
        process.execPath,
        CLI,
        ...exportTo(out('limited'), '--jobs', jobs),
      ]);
    for (const jobs of ['1', '2']) {
      const run = await limited(jobs);
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(
        /^Ada: Cannot write .*: the file would be larger than this disk or account allows/mu,
      );
      expect(readdirSync(out('limited'))).toEqual([]);
    }
  });
});

describe('on a disk of its own', () => {
  const refusal = mountRefusal();

  test('a full one is noticed before anything is written', async ({ skip }) => {
    skip(refusal !== undefined, refusal);
    const run = await tailslateOn(out('full'), 'mount -t tmpfs -o size=64k none .', exportTo('.'));
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/full has \d+ kB free, about \d{3} kB are needed\.\n {2}Free some space/u);
    expect(run.listing).toBe('');
  });

  test('one without room for another file leaves the finished one alone', async ({ skip }) => {
    skip(refusal !== undefined, refusal);
    const mount = 'mount -t tmpfs -o nr_inodes=3 none .';
    const run = await tailslateOn(out('inodes'), mount, exportTo('.', '--jobs', '1', '--name', '{player}'));
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      /^Ben: Cannot write .*Ben\.m4a(\.part)?: the disk is full\. Free some space/mu,
    );
    expect(run.listing).toBe('Ada.m4a\n');
  });

  test.for(['.', 'new', 'new/below'])('a read-only one is named as such at %s', async (path, { skip }) => {
    skip(refusal !== undefined, refusal);
    const run = await tailslateOn(out(`read-only ${path.length}`), READ_ONLY, exportTo(path));
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/the disk is read-only\.\s+Choose a folder on another disk/u);
    expect(run.listing).toBe('');
  });
});
