import { type ChildProcess, execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLI, documentOf, fingerprint, pathsBelow, SILENT_DISK, spawned, tailslate } from '../support/cli.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
import { stoppedAt } from '../support/stopped-at.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOURS = 8;
const PLAYERS = ['Ada', 'Ben', 'Cyd'];

/** A session of eight hours and 80 MB in `s`, long enough to be interrupted. */
let folder = '';
let session = '';
let before = '';
let out = '';
let runs = 0;

beforeAll(async () => {
  folder = temporaryFolder();
  session = join(folder, 's');
  const second = packetsOf(50, 1, 160);
  const stretch = Array.from({ length: 300 }, () => second).flat();
  await writeSession(session, {
    players: PLAYERS,
    spoken: Array.from({ length: (HOURS * 3600) / 900 }, (_, quarter) =>
      PLAYERS.map((_name, track) => ({
        track,
        positionSamples: (quarter * 900 + track * 300) * 48_000,
        packets: stretch,
      })),
    ).flat(),
    endSamples: HOURS * 3600 * 48_000,
  });
  before = fingerprint(session);
});
beforeEach(() => {
  out = join(folder, `out${++runs}`);
});
afterAll(() => {
  expect(fingerprint(session)).toBe(before);
  rmSync(folder, { recursive: true });
});

/** The export is stopped once it has begun to write. */
const onceWriting = (signal: NodeJS.Signals): { env: NodeJS.ProcessEnv } => ({
  env: stoppedAt(/\.part$/u, signal, join(folder, `stopped ${runs}`)),
});

const isMedia = (path: string): boolean => path.endsWith('.m4a');
const isPart = (path: string): boolean => /\.m4a\.t\w+-\w+\.part$/u.test(path);

/** Every finished file is whole; nothing else is there. */
async function expectOnlyWholeFiles(): Promise<void> {
  const left = pathsBelow(out);
  expect(left.filter((path) => !path.endsWith('.m4a'))).toEqual([]);
  if (left.length === 0) return;
  const verified = await tailslate(['verify', ...left.map((path) => join(out, path))]);
  expect(verified.code, verified.stdout).toBe(0);
}

describe('an export that is stopped', () => {
  test.for([
    ['SIGINT', '1'],
    ['SIGINT', '3'],
    ['SIGTERM', '1'],
    ['SIGTERM', '3'],
    ['SIGHUP', '3'],
  ] as const)('by %s with %s jobs leaves no half file', async ([signal, jobs], { skip }) => {
    skip(process.platform === 'win32', 'Windows ends a process without asking');
    const args = ['export', session, '--out', out, '--jobs', jobs, '--json'];
    const run = await tailslate(args, onceWriting(signal));
    expect(run.code).toBe(130);
    expect(run.stderr).toMatch(/^Stopping; press Ctrl-C again/u);
    expect(
      run.stderr.match(/Stopped before it was done\. Nothing half-written was left behind\./gu),
    ).toHaveLength(1);
    const { error, files = [] } = documentOf(run);
    expect(error).toMatchObject({ code: 'cancelled' });
    expect(files).toHaveLength(PLAYERS.length);
    expect(files.some(({ status }) => String(status) === 'stopped')).toBe(true);
    await expectOnlyWholeFiles();
  });

  test('with one file inline leaves none', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows ends a process without asking');
    const run = await tailslate(['export', session, '--out', out, '--player', 'Ada'], onceWriting('SIGINT'));
    expect(run.code).toBe(130);
    expect(run.stdout).toMatch(/^Ada +stopped +1_Ada/mu);
    await expectOnlyWholeFiles();
  });

  test('twice ends at once, whatever its threads are at', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows ends a process without asking');
    // The clean-up does not come to its end before the second one.
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { env } = onceWriting('SIGINT');
    let interrupted: ChildProcess | undefined;
    const run = await spawned(process.execPath, [CLI, 'export', session, '--out', out, '--jobs', '3'], {
      env: {
        ...env,
        NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --import ${SILENT_DISK}`,
        SILENT_CALLS: 'unlink',
        SILENT_PIPE: pipe,
      },
      onStart: (child) => {
        interrupted = child;
        child.stderr?.once('data', () => child.kill('SIGINT'));
      },
    });
    expect(run.stderr).toBe('Stopping; press Ctrl-C again to quit at once.\n');
    // By the signal itself, of which a shell makes 130.
    expect(interrupted?.signalCode).toBe('SIGINT');
    expect(pathsBelow(out).filter((path) => !isMedia(path) && !isPart(path))).toEqual([]);
  });

  test('by SIGKILL leaves at most part files, which the next one takes away, and nobody else’s', async () => {
    const args = ['export', session, '--out', out, '--jobs', '3'];
    const killed = await spawned(process.execPath, [CLI, ...args], onceWriting('SIGKILL'));
    expect(killed.code).toBeNull();
    const left = pathsBelow(out);
    expect(left.filter((path) => !isMedia(path) && !isPart(path))).toEqual([]);
    expect(left.filter(isPart).length).toBeGreaterThan(0);
    const theirs = ['1_Ada.m4a.part', '1_Ada.m4a.tzzzzzzzz-1.part'];
    for (const name of theirs) writeFileSync(join(out, name), 'theirs');
    const again = await tailslate(['export', session, '--out', out, '--player', 'Ada', '--json']);
    expect(again.code, again.stderr).toBe(0);
    expect(documentOf(again).files).toMatchObject([{ status: 'done', packets: HOURS * 4 * 15_000 }]);
    const now = pathsBelow(out);
    expect(now).toEqual(expect.arrayContaining(left.filter(isMedia)));
    expect(now.filter((path) => !isMedia(path))).toEqual(theirs);
  });
});

test('a sample that is stopped leaves nothing', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows ends a process without asking');
  await inTemporaryFolder(async (place) => {
    const env = stoppedAt(/new/u, 'SIGINT', join(folder, 'stopped sample'));
    const run = await tailslate(['sample', join(place, 'new'), '--minutes', '1440'], { env });
    expect(run.code).toBe(130);
    expect(pathsBelow(place)).toEqual([]);
  });
});
