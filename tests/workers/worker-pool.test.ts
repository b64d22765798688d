import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DiskWatch } from '../../electron/io/disk-watch.ts';
import type { ExportItem } from '../../electron/services/export-job/item.ts';
import { ExportPool } from '../../electron/workers/export-pool.ts';
import { timecodeRate } from '../../shared/time/timecode.ts';
import { spawned } from '../support/cli.ts';
import { exportChoices, plannedFiles } from '../support/export-choices.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

const SCRIPTED = new URL('./scripted.worker.ts', import.meta.url);
const never = new AbortController().signal;
const silent = (): void => undefined;

function scripted(folder: string, stem: string): ExportItem {
  return {
    sessionFolder: folder,
    sessionTitle: 'scripted',
    format: { kind: 'm4a', fragmented: false },
    players: [{ id: '0', name: 'Ada', index: 1 }],
    markers: [],
    originSamples: 0,
    endSamples: 0,
    timecode: { rate: timecodeRate('25').id, startFrame: 0, label: '00:00:00:00' },
    of: 1,
    localStart: null,
    output: { folder, subfolder: '', stem, extension: 'm4a', existing: 'number' },
    verify: true,
  };
}

/** Runs `work` with a pool in a folder of its own, closes the pool and removes the folder. */
async function inPool(
  pool: ExportPool,
  work: (pool: ExportPool, folder: string) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    try {
      await work(pool, folder);
    } finally {
      await pool.close();
    }
  });
}

/** Starts an item that waits to be cancelled. */
async function waiting(
  pool: ExportPool,
  folder: string,
  signal: AbortSignal,
): Promise<{ outcome: Promise<unknown> }> {
  const { promise: begun, resolve } = Promise.withResolvers<unknown>();
  const outcome = pool.run(scripted(folder, 'wait'), signal, resolve);
  outcome.catch(silent);
  await begun;
  expect(readdirSync(folder)).toEqual(['wait.part']);
  return { outcome };
}

async function planned(folder: string, outFolder: string): Promise<readonly ExportItem[]> {
  const session = join(folder, 'session');
  await writeSession(session, {
    players: ['Ada', 'Ben'],
    spoken: [0, 1].map((track) => ({ track, positionSamples: 0, packets: packetsOf(100, track) })),
    endSamples: 2 * 48_000,
  });
  const choices = exportChoices(outFolder, { nameTemplate: '{player}' });
  return (await plannedFiles(session, choices)).map(({ item }) => item);
}

describe('the export worker', () => {
  test('names its part file after the owner, and counts what it asks of the disk', async () => {
    await inPool(new ExportPool(1), async (pool, folder) => {
      const [item] = await planned(folder, folder);
      if (item === undefined) throw new Error('nothing was planned');
      const watch = new DiskWatch();
      const parts: string[] = [];
      const onPart = (partPath: string): unknown => parts.push(partPath);
      await pool.run(item, never, silent, onPart, { owner: 'ada1', watch });
      expect(parts).toEqual([join(folder, `${item.output.stem}.m4a.ada1.part`)]);
      expect(watch.steps).toBeGreaterThan(4);
      expect(watch.isAsked).toBe(false);
    });
  });

  test('makes two files at once', async () => {
    await inPool(new ExportPool(2), async (pool, folder) => {
      const items = await planned(folder, folder);
      const outcomes = await Promise.all(items.map((item) => pool.run(item, never, silent)));
      expect(outcomes).toMatchObject([
        { status: 'done', packets: 100 },
        { status: 'done', packets: 100 },
      ]);
      expect(readdirSync(folder).sort()).toEqual(['Ada.m4a', 'Ben.m4a', 'session']);
    });
  });

  test('keeps the code and the next step of an error', async () => {
    await inPool(new ExportPool(1), async (pool, folder) => {
      const [item] = await planned(folder, join(folder, 'missing'));
      if (item === undefined) throw new Error('two files were planned');
      await expect(pool.run(item, never, silent)).rejects.toMatchObject({
        name: 'AppError',
        code: 'unwritable',
        next: 'Choose a folder that stays, and run it again.',
      });
    });
  });
});

describe('WorkerPool', () => {
  test('cancels a running item, and one that waits for its thread', async () => {
    await inPool(new ExportPool(1, SCRIPTED), async (pool, folder) => {
      const abort = new AbortController();
      const { outcome } = await waiting(pool, folder, abort.signal);
      const second = new AbortController();
      const queued = pool.run(scripted(folder, 'next'), second.signal, silent);
      second.abort(new Error('not this one'));
      await expect(queued).rejects.toThrow('not this one');
      abort.abort();
      await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  test('closed, it cancels what runs and waits, and leaves nothing', async () => {
    await inPool(new ExportPool(1, SCRIPTED), async (pool, folder) => {
      const { outcome } = await waiting(pool, folder, never);
      const queued = pool.run(scripted(folder, 'next'), never, silent);
      queued.catch(silent);
      await pool.close();
      expect(readdirSync(folder)).toEqual([]);
      await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
      await expect(queued).rejects.toMatchObject({ code: 'cancelled' });
      await expect(pool.run(scripted(folder, 'late'), never, silent)).rejects.toMatchObject({
        code: 'cancelled',
      });
    });
  });

  test.each([
    ['exit', 'ended with code 3'],
    ['throw', 'failed: out of luck'],
  ])('removes the part file of a thread that dies by %s, and goes on', async (stem, reason) => {
    await inPool(new ExportPool(1, SCRIPTED), async (pool, folder) => {
      await expect(pool.run(scripted(folder, stem), never, silent)).rejects.toMatchObject({
        code: 'internal',
        message: expect.stringContaining(reason) as string,
        next: 'Run the export again.',
      });
      expect(readdirSync(folder)).toEqual([]);
      expect(await pool.run(scripted(folder, 'after'), never, silent)).toMatchObject({ player: 'after' });
    });
  });

  test('outlives a thread that dies while idle', async () => {
    await inPool(new ExportPool(1, SCRIPTED), async (pool, folder) => {
      await pool.run(scripted(folder, 'die-later'), never, silent);
      // Until the thread is known to be gone an item may still meet it, and fails with the reason.
      await expect
        .poll(() => pool.run(scripted(folder, 'after'), never, silent).catch(silent))
        .toMatchObject({ player: 'after' });
    });
  });

  test('replaces a thread that is given up, and does not wait for it when closed', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no pipes with a name in a folder');
    await inTemporaryFolder(async (folder) => {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const pool = new ExportPool(1, SCRIPTED);
      const [abort, nobodyWaits] = [new AbortController(), new AbortController()];
      const { promise: begun, resolve } = Promise.withResolvers<unknown>();
      const silenced = pool.run(scripted(folder, 'silent'), abort.signal, silent, resolve, {
        givenUp: nobodyWaits.signal,
      });
      silenced.catch(silent);
      await begun;
      abort.abort();
      const waits = pool.run(scripted(folder, 'after'), never, silent);
      nobodyWaits.abort();
      expect(await waits).toMatchObject({ player: 'after' });
      await pool.close();
      expect(readdirSync(folder).sort()).toEqual(['pipe', 'silent.part']);
      // It answers at last: the thread cleans up and ends.
      closeSync(openSync(pipe, 'w'));
      await expect(silenced).rejects.toMatchObject({ code: 'cancelled' });
      expect(readdirSync(folder)).toEqual(['pipe']);
    });
  });

  test('given up, a thread keeps no program from ending', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no pipes with a name in a folder');
    await inTemporaryFolder(async (folder) => {
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      const script = join(import.meta.dirname, 'held-child.ts');
      const { stdout } = await spawned(process.execPath, [script, folder]);
      expect(stdout).toBe('alive\nclosed\n');
    });
  });
});
