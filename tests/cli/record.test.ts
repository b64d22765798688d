import type { ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOggOpus } from '../../electron/media/ogg/reader.ts';
import {
  CLI,
  documentOf,
  fingerprint,
  packetsDigest,
  pathsBelow,
  spawned,
  tailslate,
} from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SPEECH = join(import.meta.dirname, '../../resources/speech');
const VOICES = ['ines', 'marit', 'noor', 'tomas'];

let folder = '';
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function packetsOfVoice(name: string): readonly Uint8Array[] {
  return readOggOpus(readFileSync(join(SPEECH, `${name}.opus`)), name).packets;
}

/** Exports a session and holds every file against it; returns the export's files. */
async function exported(session: string): ReturnType<typeof filesOf> {
  const out = `${session}-files`;
  const run = await tailslate(['export', session, '--out', out, '--json']);
  expect(run.code, run.stderr).toBeOneOf([0, 3]);
  const paths = pathsBelow(out).map((path) => join(out, path));
  const verified = await tailslate(['verify', ...paths, '--session', session, '--json']);
  expect(verified.code, verified.stdout).toBe(0);
  return filesOf(run);
}

function filesOf(
  run: Awaited<ReturnType<typeof tailslate>>,
): Promise<NonNullable<ReturnType<typeof documentOf>['files']>> {
  return Promise.resolve(documentOf(run).files ?? []);
}

/** Calls `act` when at least this much was said to be safe. */
function onceSafe(samples: number, act: (child: ChildProcess) => void): (child: ChildProcess) => void {
  return (child) => {
    let text = '';
    child.stderr?.on('data', (more: string) => {
      text += more;
      if (safeSamples(text) >= samples) act(child);
    });
  };
}

function safeSamples(stderr: string): number {
  return Math.max(0, ...[...stderr.matchAll(/\((\d+) samples\)/gu)].map(([, samples]) => Number(samples)));
}

describe('record --headless', () => {
  test('records files as fast as the disk takes them, every packet unchanged', async () => {
    const session = join(folder, 'whole');
    const args = ['record', '--headless', '--from', SPEECH, '--out', session, '--speed', 'max'];
    const run = await tailslate([...args, '--title', 'Small Boats', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(documentOf(run)).toMatchObject({ folder: session, interrupted: false });
    expect(safeSamples(run.stderr)).toBe(documentOf(run).durationSamples);
    const inspected = documentOf(await tailslate(['inspect', session, '--json']));
    expect(inspected).toMatchObject({ complete: true, damaged: false, title: 'Small Boats' });
    const files = await exported(session);
    expect(files.map(({ player, packetsSha256 }) => [player, packetsSha256])).toEqual(
      VOICES.map((name) => [name, packetsDigest(packetsOfVoice(name))]),
    );
  });

  test('killed half-way keeps all that it said was safe', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no SIGKILL');
    const session = join(folder, 'killed');
    const from = VOICES.map((name) => join(SPEECH, `${name}.opus`));
    const args = ['record', '--headless', '--from', ...from, '--out', session, '--speed', '8'];
    const kill = onceSafe(8 * 48_000, (child) => child.kill('SIGKILL'));
    const run = await spawned(process.execPath, [CLI, ...args, '--durability', '250'], { onStart: kill });
    expect(run.code).toBeNull();
    const safe = safeSamples(run.stderr);
    expect(safe).toBeGreaterThanOrEqual(8 * 48_000);
    const before = fingerprint(session);
    const recovered = await tailslate(['recover', session, '--json']);
    expect(recovered.code, recovered.stderr).toBeOneOf([0, 3]);
    expect(documentOf(recovered)).toMatchObject({ complete: false });
    const files = await exported(session);
    for (const [index, name] of VOICES.entries()) {
      const packets = packetsOfVoice(name);
      const kept = files[index]?.packets ?? 0;
      expect(kept).toBeLessThan(packets.length);
      expect(kept * 960).toBeGreaterThanOrEqual(safe);
      expect(files[index]?.packetsSha256).toBe(packetsDigest(packets.slice(0, kept)));
    }
    expect(fingerprint(session)).toBe(before);
  });

  test('stopped by Ctrl-C is complete up to there', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows ends a process without asking');
    const session = join(folder, 'stopped');
    const args = ['record', '--headless', '--from', SPEECH, '--out', session, '--json'];
    let stopping = false;
    const stop = onceSafe(1, (child) => {
      if (!stopping) child.kill('SIGINT');
      stopping = true;
    });
    const run = await tailslate(args, { onStart: stop });
    expect(run.code, run.stderr).toBe(130);
    expect(documentOf(run)).toMatchObject({ interrupted: true });
    const inspected = documentOf(await tailslate(['inspect', session, '--json']));
    expect(inspected).toMatchObject({ complete: true, damaged: false });
    expect(inspected.durationSamples).toBe(documentOf(run).durationSamples);
  });

  test.for([
    [['--from', SPEECH], 2, /--headless/u],
    [['--headless', '--from', 'nowhere'], 1, /nowhere does not exist/u],
    [['--headless', '--from', import.meta.dirname], 1, /holds no \.opus file/u],
    [['--headless', '--from', import.meta.filename], 1, /holds no Opus audio/u],
    [['--headless', '--from', SPEECH, '--speed', 'fast'], 2, /--speed takes a number/u],
    [['--headless', '--from', SPEECH, '--durability', '3'], 2, /--durability/u],
  ] as const)('%j is refused', async ([options, code, said]) => {
    const out = join(folder, 'refused');
    const run = await tailslate(['record', ...options, '--out', out]);
    expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(said)]);
    expect(pathsBelow(out)).toEqual([]);
  });

  test('leaves a folder alone that holds something', async () => {
    const out = join(folder, 'whole');
    const before = fingerprint(out);
    const run = await tailslate(['record', '--headless', '--from', SPEECH, '--out', out, '--json']);
    expect(run.code).toBe(1);
    expect(documentOf(run).error?.code).toBe('exists');
    expect(fingerprint(out)).toBe(before);
  });
});
