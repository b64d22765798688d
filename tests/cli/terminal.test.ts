import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI, documentOf, pathsBelow, spawned, tailslate } from '../support/cli.ts';
import { nanoLogOf, writeNanoSession } from '../support/nano-session.ts';
import { findOnPath } from '../support/on-path.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NAMES = ['Ada', 'Zoë 🎧', 'two\nlines \u001b[31mred\u001b[0m'];

let folder = '';
beforeAll(() => {
  folder = temporaryFolder();
  writeNanoSession(
    join(folder, 's'),
    NAMES.map((name, seed) => nanoLogOf(name, 5000, seed)),
    100_500,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a line of bash in which `tailslate` is the terminal program. */
function bash(line: string) {
  const script = `node=$1; cli=$2; tailslate() { "$node" "$cli" "$@"; }; ${line}`;
  return spawned('bash', ['-c', script, '-', process.execPath, CLI], { cwd: folder });
}

describe('output', () => {
  test('that is read no further is no failure', async () => {
    for (const args of ['inspect s', 'inspect s --json', '--help', 'export s --out head --json', 'doctor']) {
      const run = await bash(`tailslate ${args} | head -c 1; echo " \${PIPESTATUS[0]}"`);
      expect(run.stdout, args).toMatch(/^. 0\n$/u);
      expect(run.stderr, args).toBe('');
    }
  });

  test('that cannot be written is', async ({ skip }) => {
    skip(!existsSync('/dev/full'), 'there is no /dev/full');
    const run = await bash('tailslate inspect s --json > /dev/full');
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      /^tailslate: Cannot write the result to the standard output: the disk is full\./u,
    );
  });

  test('into files holds no progress and no control characters', async () => {
    const run = await tailslate(['export', 's', '--out', 'plain'], { cwd: folder });
    expect(run.code).toBe(0);
    expect(run.stderr).toBe('');
    expect(run.stdout).not.toMatch(/[^\P{Cc}\n]/u);
    expect(run.stdout.trim().split('\n')).toHaveLength(1 + NAMES.length);
    expect(pathsBelow(join(folder, 'plain'))).toHaveLength(3);
  });

  test('as JSON keeps names as they are, and is the only thing on stdout', async () => {
    const run = await tailslate(['inspect', 's', '--json'], { cwd: folder });
    expect(documentOf(run).players?.map(({ name }) => name)).toEqual(NAMES);
    expect(run.stdout).not.toContain('\u001b');
    expect(run.stderr).toBe('');
  });
});

describe('in a terminal', () => {
  const script = findOnPath('script');

  test('a progress line appears on stderr and is wiped before the result', async ({ skip }) => {
    skip(script === undefined || process.platform !== 'linux', 'script of util-linux is not installed');
    // Only stderr is the terminal: what is seen there is progress, and at the end nothing.
    const command = `'${process.execPath}' '${CLI}' export s --out tty --jobs 1 > /dev/null`;
    const run = await spawned(script ?? '', ['-qefc', command, '/dev/null'], { cwd: folder });
    expect(run.code).toBe(0);
    const lines = run.stdout.split('\r\u001b[2K');
    expect(lines[1]).toMatch(/^\d+ % {2}\d of 3 files {2}\d/u);
    expect(lines.at(-1)).toBe('');
    expect(run.stdout).not.toContain('\n');
  });

  test('Ctrl-C stops it and leaves the line clean', async ({ skip }) => {
    skip(script === undefined || process.platform !== 'linux', 'script of util-linux is not installed');
    const command = `'${process.execPath}' '${CLI}' sample new --minutes 1440`;
    const ctrlC = 'until [ -e new ]; do sleep 0.05; done; kill -INT 0';
    const run = await spawned(script ?? '', ['-qefc', `(${ctrlC}) & ${command}`, '/dev/null'], {
      cwd: folder,
    });
    expect(run.code).toBe(130);
    expect(run.stdout).toMatch(
      /^Stopping; press Ctrl-C again to quit at once\.\r\ntailslate: Stopped before it was done/mu,
    );
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });
});

describe('on an older Node', () => {
  test('it says in one line which it needs', async ({ skip }) => {
    const inProject = join(import.meta.dirname, '..', '..', 'node_modules');
    const node = findOnPath('node', (path) => !path.startsWith(inProject));
    const version = node === undefined ? '' : (await spawned(node, ['--version'])).stdout.trim();
    const major = Number(/^v(\d+)/u.exec(version)?.[1] ?? NaN);
    skip(!(major < 24), `no Node older than 24 is on the PATH beside the project's`);
    const built = join(import.meta.dirname, '..', '..', 'out', 'node', 'cli.js');
    skip(!existsSync(built), 'the program is not built');
    const run = await spawned(node ?? '', [built, 'doctor']);
    expect(run.code).toBe(1);
    expect(run.stdout).toBe('');
    expect(run.stderr.split('\n')[0]).toBe(`tailslate needs Node 24 or newer; this is ${version}`);
    expect(run.stderr).not.toMatch(/^\s+at /mu);
  });
});
