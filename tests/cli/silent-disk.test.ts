import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLI, SILENT_DISK, spawned } from '../support/cli.ts';
import { packetsOf, writeSession } from '../support/session-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder = '';
let pipe = '';
let out = '';
let runs = 0;

beforeAll(async () => {
  folder = temporaryFolder();
  await writeSession(join(folder, 's'), {
    players: ['Ada', 'Ben'],
    spoken: [0, 1].map((track) => ({ track, positionSamples: 0, packets: packetsOf(50, track) })),
    endSamples: 48_000,
  });
});
beforeEach(() => {
  out = join(folder, `out ${++runs}`);
  pipe = join(folder, `pipe ${runs}`);
  mkdirSync(out);
  if (process.platform !== 'win32') execFileSync('mkfifo', [pipe]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Exports to a disk that does not answer these calls. @param onStderr told all that it has said. */
function exportTo(
  calls: string,
  options: readonly string[],
  onStderr: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
) {
  return spawned(process.execPath, [CLI, 'export', join(folder, 's'), '--out', out, ...options], {
    env: {
      NODE_OPTIONS: `--import ${SILENT_DISK}`,
      SILENT_CALLS: calls,
      SILENT_PIPE: pipe,
      SILENT_FOLDER: out,
    },
    onStart: (child) => {
      let text = '';
      child.stderr?.on('data', (more: string) => {
        text += more;
        onStderr(text, (signal) => child.kill(signal));
      });
    },
  });
}

const TOLD = /^The disk has not answered for 2\d s\. It is waited for; press Ctrl-C to go without it\.$/mu;

describe.skipIf(process.platform === 'win32')('an export to a disk that does not answer', () => {
  test.each([
    ['create', 'm4a', '1'],
    ['write', 'm4a', '1'],
    ['write', 'bwf', '1'],
    ['write', 'm4a', '2'],
    ['sync', 'm4a', '1'],
    ['readdir', 'm4a', '1'],
  ])('at a %s of %s, %s at a time, is told of, and Ctrl-C ends it', async (calls, format, jobs) => {
    let isStopped = false;
    const run = await exportTo(calls, ['--format', format, '--jobs', jobs, '--json'], (text, kill) => {
      if (isStopped || !TOLD.test(text)) return;
      isStopped = true;
      kill('SIGINT');
    });
    expect(run.stderr.match(new RegExp(TOLD, 'gmu'))).toHaveLength(1);
    expect(run.stderr).toMatch(/^Stopping; press Ctrl-C again to quit at once\.$/mu);
    // Ended by the signal, since a thread waits that nobody can end; a shell makes 130 of it.
    expect(run.code, run.stderr).toBeNull();
    const { error } = JSON.parse(run.stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe('cancelled');
    const left = readdirSync(out);
    for (const name of left) {
      expect(name).toMatch(/\.part$/u);
      expect(error.message).toContain(join(out, name));
    }
    // A second thread may not have begun its file by then.
    const isBegun = calls !== 'create' && calls !== 'readdir';
    expect(left.length).toBeGreaterThanOrEqual(isBegun ? 1 : 0);
    expect(left.length).toBeLessThanOrEqual(isBegun ? Number(jobs) : 0);
  });

  test('is told of when it answers again, and done', async () => {
    const answer = (text: string): void => {
      if (TOLD.test(text) && !text.includes('answers')) closeSync(openSync(pipe, 'w'));
    };
    const run = await exportTo('sync', ['--player', 'Ada'], answer);
    expect(run.stderr).toMatch(/^The disk answers again\.$/mu);
    expect(run.code, run.stderr).toBe(0);
    expect(readdirSync(out)).toHaveLength(1);
  });

  test('is planned within a bound, and the plan says what it does not know', async () => {
    const run = await exportTo('readdir', ['--dry-run', '--json']);
    const plan = JSON.parse(run.stdout) as { files: readonly unknown[]; unchecked: { message: string } };
    expect(plan.files).toHaveLength(2);
    expect(plan.unchecked.message).toBe(`${out} does not answer, so it is not known which names are taken.`);
    // A thread still waits for the disk.
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toContain('Names are looked at again when files get them');
  });
});
