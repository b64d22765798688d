import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { verifyMovie } from '../../electron/media/mp4/verify.ts';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import { type ExportChoices, type PlannedFile } from '../../electron/services/export-plan.ts';
import { type FileResult, runExport } from '../../electron/services/run-export.ts';
import { openSession } from '../../electron/services/session/open-session.ts';
import { verifyFile } from '../../electron/services/verify-file.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { VerifyReport } from '../../shared/model/verify-report.ts';
import { exportChoices, plannedFiles } from '../support/export-choices.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

// As it is, but for the tests that say what it answers.
vi.mock('../../electron/media/mp4/verify.ts', { spy: true });

const signal = new AbortController().signal;
const silent = { signal, onProgress: () => undefined };

function runHere(plan: readonly PlannedFile[]): Promise<readonly FileResult[]> {
  return runExport(plan, {
    jobs: 1,
    run: (item, abort, onProgress) => exportFile(item, { signal: abort, onProgress }),
    ...silent,
  });
}

function done(
  result: FileResult | undefined,
): Extract<Extract<FileResult, { outcome: unknown }>['outcome'], { status: 'done' }> {
  if (result === undefined) throw new Error('no result');
  if ('error' in result) throw result.error;
  if (result.outcome.status !== 'done') throw new Error(result.outcome.reason);
  return result.outcome;
}

/** Two players who take turns over 40 s, in segments of 10 s. */
const TURNS = {
  players: ['Ada', 'Ben'],
  spoken: Array.from({ length: 8 }, (_, turn) => ({
    track: turn % 2,
    positionSamples: turn * 5 * 48_000 + turn * 7,
    packets: packetsOf(200, turn),
  })),
  endSamples: 40 * 48_000,
  segmentSamples: 10 * 48_000,
};

/** Both speak all the time, so much that each file is written in several steps and from several logs. */
const LONG_TURNS = TURNS.spoken.flatMap((turn) =>
  [0, 1].map((track) => ({ ...turn, track, packets: packetsOf(250, track, 1276) })),
);

/** What verification says of a file whose packets are not the session's. */
const DIFFERS: VerifyReport = {
  ok: false,
  tailslate: true,
  sizeBytes: 0,
  fragmented: false,
  checks: [{ name: 'session-packets', ok: false, detail: 'packet 3 differs' }],
  tracks: [],
  timecode: null,
  findings: [],
  firstDifference: null,
};

describe('exporting a session of ours', () => {
  test('gives files of equal length that hold every packet', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, TURNS);
      const results = await runHere(await plannedFiles(session, exportChoices(join(folder))));
      const [ada, ben] = results.map(done);
      expect(ada?.packets).toBe(800);
      expect(ben?.packets).toBe(800);
      expect(ada?.durationSamples).toBe(ben?.durationSamples);
      expect(ada?.report.gaps.count).toBe(3);
      expect(ada?.report.largestErrorSamples).toBeLessThanOrEqual(60);
      expect(ada?.verification?.ok).toBe(true);
      const verified = await verifyFile(ada?.path ?? '', session, silent);
      expect(verified.checks.filter(({ ok }) => !ok)).toEqual([]);
    });
  });

  test('reads indexes and scans to the same tracks', async () => {
    await inTemporaryFolder(async (folder) => {
      const path = join(folder, 'session');
      await writeSession(path, TURNS);
      const session = await openSession(path);
      const ids = session.players.map(({ id }) => id);
      const indexed = await session.load(ids, { mode: 'indexed' });
      const scanned = await session.load(ids, { mode: 'scan' });
      expect(indexed.map(({ packets }) => packets)).toEqual(scanned.map(({ packets }) => packets));
      expect(indexed[0]?.checks.length).toBeGreaterThan(1);
      expect(scanned[0]?.checks).toEqual([]);
    });
  });

  test('notices damage behind an intact index, and reports it', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, { ...TURNS, groupPackets: 5 });
      const segment = join(session, 'log', readdirSync(join(session, 'log'))[1] ?? '');
      const bytes = readFileSync(segment);
      const payload = packetsOf(200, 2)[100] ?? new Uint8Array();
      const at = bytes.indexOf(payload);
      expect(at).toBeGreaterThan(0);
      bytes[at + 20] = (bytes[at + 20] ?? 0) ^ 1;
      writeFileSync(segment, bytes);

      const results = await runHere(await plannedFiles(session, exportChoices(folder)));
      const [ada, ben] = results.map(done);
      expect(ada?.packets).toBe(795);
      expect(ada?.report.damage.count).toBe(1);
      expect(ada?.verification?.ok).toBe(true);
      expect(ben?.packets).toBe(800);

      // It concerns everybody, and is one place in a file of all.
      const all = await runHere(await plannedFiles(session, exportChoices(folder, { layout: 'combined' })));
      const both = done(all[0]);
      expect(both.packets).toBe(1595);
      expect(both.report.damage).toEqual(ada?.report.damage);
      expect(both.findings).toEqual(ada?.findings);
    });
  });

  test('exports a session that was never closed up to its last packet', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, { players: TURNS.players, spoken: TURNS.spoken });
      const results = await runHere(await plannedFiles(session, exportChoices(folder)));
      const last = 7 * 5 * 48_000 + 49 + 200 * 960;
      const [ada, ben] = results.map(done);
      // T0 is 1200 samples after the start of its frame.
      expect(ada?.durationSamples).toBe(last + 1200);
      expect(ben?.durationSamples).toBe(last + 1200);
    });
  });

  test('trims to the packets and keeps to the session timecode', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, TURNS);
      const plan = await plannedFiles(session, exportChoices(folder, { align: 'trim' }));
      expect(plan.map(({ item }) => item.timecode.label)).toEqual(['23:59:12:08', '23:59:17:08']);
      const [ada, ben] = (await runHere(plan)).map(done);
      expect(ada?.timecode).toBe('23:59:12:08');
      expect(ben?.durationSamples).toBe(7 * 5 * 48_000 + 49 + 200 * 960 + 1200 - 5 * 48_000);
      expect(ben?.verification?.ok).toBe(true);
    });
  });

  test('skips a player without packets and says so', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, {
        players: ['Ada', 'Mute'],
        spoken: TURNS.spoken.filter(({ track }) => track === 0),
        endSamples: TURNS.endSamples,
      });
      const [, mute] = await runHere(await plannedFiles(session, exportChoices(folder)));
      expect(mute).toMatchObject({ outcome: { status: 'skipped', player: 'Mute' } });
    });
  });

  test('a file that fails while it is written leaves nothing and does not stop the others', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, { ...TURNS, spoken: LONG_TURNS });
      const [first, second] = await plannedFiles(session, exportChoices(folder));
      if (first === undefined || second === undefined) throw new Error('two files were planned');
      const logs = readdirSync(join(session, 'log')).map((name) => join(session, 'log', name));
      const whole = logs.map((path) => readFileSync(path));
      let seen: readonly string[] = [];
      const results = await runExport([first, second], {
        jobs: 1,
        run: (item, abort, onProgress) => {
          // Only the first finds its logs empty, once it has begun to write.
          const isFirst = item === first.item;
          if (!isFirst)
            logs.forEach((path, i) => {
              writeFileSync(path, whole[i] ?? '');
            });
          return exportFile(item, {
            signal: abort,
            onProgress: (...progress) => {
              if (isFirst && seen.length === 0) {
                seen = readdirSync(folder).sort();
                for (const path of logs) truncateSync(path);
              }
              onProgress(...progress);
            },
          });
        },
        ...silent,
      });
      expect(seen).toEqual([`${first.fileName}.part`, 'session']);
      expect(results[0]).toMatchObject({
        error: { code: 'unreadable', message: expect.stringContaining('became shorter') as string },
      });
      expect(done(results[1]).packets).toBe(2000);
      expect(readdirSync(folder).sort()).toEqual([second.fileName, 'session']);
    });
  });

  test.each([
    [
      'finds a difference',
      () => vi.mocked(verifyMovie).mockResolvedValueOnce(DIFFERS),
      { code: 'verify-failed', detail: { kind: 'not-as-written', check: DIFFERS.checks[0]?.name } },
    ],
    [
      'breaks off',
      () => vi.mocked(verifyMovie).mockRejectedValueOnce(new AppError('unreadable', 'No.')),
      { code: 'unreadable' },
    ],
  ])('leaves nothing when verification %s', async (_how, arrange, error) => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, TURNS);
      const [file] = await plannedFiles(session, exportChoices(folder));
      if (file === undefined) throw new Error('a file was planned');
      arrange();
      const parts: string[] = [];
      const run = exportFile(file.item, { ...silent, onPart: (path) => parts.push(path) });
      await expect(run).rejects.toMatchObject(error);
      expect(parts).toEqual([join(folder, `${file.fileName}.part`)]);
      expect(readdirSync(folder)).toEqual(['session']);
    });
  });

  test('cancelled, it leaves no file', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, TURNS);
      const [file] = await plannedFiles(session, exportChoices(folder));
      if (file === undefined) throw new Error('a file was planned');
      const abort = new AbortController();
      const run = exportFile(file.item, {
        signal: abort.signal,
        onProgress: () => {
          abort.abort(new Error('stop'));
        },
      });
      await expect(run).rejects.toThrow('stop');
      expect(readdirSync(folder)).toEqual(['session']);
    });
  });
});

describe('planning names', () => {
  test('keeps players apart whose names a file system would not', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      const players = ['Al/ice', 'al:ice', 'Bo', '..', 'CON'];
      await writeSession(session, {
        players,
        spoken: players.map((_, track) => ({ track, positionSamples: 0, packets: packetsOf(5, track) })),
        endSamples: 48_000,
      });
      const plan = await plannedFiles(session, exportChoices(folder, { nameTemplate: '{player}' }));
      expect(plan.map(({ fileName }) => fileName)).toEqual([
        'Al_ice.m4a',
        'al_ice (2).m4a',
        'Bo.m4a',
        'untitled.m4a',
        'CON_.m4a',
      ]);
    });
  });

  test('numbers, skips or overwrites what is there', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, TURNS);
      const out = join(folder, 'out');
      await runHere(await plannedFiles(session, exportChoices(folder, { nameTemplate: '{player}' })));
      writeFileSync(join(folder, 'Ada.m4a'), 'mine');
      const names = async (existing: ExportChoices['existing']) =>
        (await plannedFiles(session, exportChoices(folder, { nameTemplate: '{player}', existing }))).map(
          ({ fileName, skipReason }) => (skipReason === undefined ? fileName : `skip ${fileName}`),
        );
      expect(await names('number')).toEqual(['Ada (2).m4a', 'Ben (2).m4a']);
      expect(await names('skip')).toEqual(['skip Ada.m4a', 'skip Ben.m4a']);
      expect(await names('overwrite')).toEqual(['Ada.m4a', 'Ben.m4a']);
      expect(await plannedFiles(session, exportChoices(out))).toHaveLength(2);
    });
  });

  test('names the players there are when one is not', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      await writeSession(session, TURNS);
      const plan = plannedFiles(session, exportChoices(folder), ['Eve']);
      await expect(plan).rejects.toMatchObject({ code: 'usage', next: 'Its players are "Ada", "Ben".' });
    });
  });
});
