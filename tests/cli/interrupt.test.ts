import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLI, documentOf, fingerprint, pathsBelow, spawned, tailslate } from '../support/cli.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
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

/** Calls `act` once the export has begun to write. */
function onceWriting(act: (child: ChildProcess) => void): (child: ChildProcess) => void {
  return (child) => {
    const watch = setInterval(() => {
      if (!pathsBelow(out).some((path) => path.endsWith('.part'))) return;
      clearInterval(watch);
      act(child);
    }, 2);
    child.once('exit', () => {
      clearInterval(watch);
    });
  };
}

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
    const stop = onceWriting((child) => child.kill(signal));
    const run = await tailslate(['export', session, '--out', out, '--jobs', jobs, '--json'], {
      onStart: stop,
    });
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
    const stop = onceWriting((child) => child.kill('SIGINT'));
    const run = await tailslate(['export', session, '--out', out, '--player', 'Ada'], { onStart: stop });
    expect(run.code).toBe(130);
    expect(run.stdout).toMatch(/^Ada +stopped +1_Ada/mu);
    await expectOnlyWholeFiles();
  });

  test('twice ends at once', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows ends a process without asking');
    const stop = onceWriting((child) => {
      child.kill('SIGINT');
      child.stderr?.once('data', () => child.kill('SIGINT'));
    });
    const run = await spawned(process.execPath, [CLI, 'export', session, '--out', out, '--jobs', '3'], {
      onStart: stop,
    });
    // By the signal itself, whatever its threads are at, of which a shell makes 130; or it had cleaned up by then.
    expect([null, 130], run.stderr).toContain(run.code);
    expect(pathsBelow(out).filter((path) => !/\.m4a(\.part)?$/u.test(path))).toEqual([]);
  });

  test('by SIGKILL leaves at most part files, and the next one works', async () => {
    const stop = onceWriting((child) => child.kill('SIGKILL'));
    const killed = await spawned(process.execPath, [CLI, 'export', session, '--out', out, '--jobs', '3'], {
      onStart: stop,
    });
    expect(killed.code).toBeNull();
    const left = pathsBelow(out);
    expect(left.filter((path) => !/\.m4a(\.part)?$/u.test(path))).toEqual([]);
    const again = await tailslate(['export', session, '--out', out, '--player', 'Ada', '--json']);
    expect(again.code, again.stderr).toBe(0);
    expect(documentOf(again).files).toMatchObject([{ status: 'done', packets: HOURS * 4 * 15_000 }]);
    expect(pathsBelow(out)).toEqual(expect.arrayContaining(left));
  });
});

test('a sample that is stopped leaves nothing', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows ends a process without asking');
  await inTemporaryFolder(async (place) => {
    const run = await tailslate(['sample', join(place, 'new'), '--minutes', '1440'], {
      onStart: (child) => {
        const watch = setInterval(() => {
          if (pathsBelow(place).length > 0) child.kill('SIGINT');
          if (pathsBelow(place).length > 0 || child.exitCode !== null) clearInterval(watch);
        }, 5);
      },
    });
    expect(run.code).toBe(130);
    expect(pathsBelow(place)).toEqual([]);
  });
});
