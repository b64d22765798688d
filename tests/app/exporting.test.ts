import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { processOwner } from '../../electron/io/part-owner.ts';
import { verifyFile } from '../../electron/services/verify-file.ts';
import type { Api } from '../../shared/ipc/contract.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
import { WholeApp } from '../support/whole-app.ts';

type Request = Parameters<Api['exports']['start']>[0];

const CHOICES: Request['choices'] = {
  formats: ['m4a'],
  layout: 'per-player',
  fragmented: false,
  projects: [],
  rate: '25',
  zone: 'utc',
  fixedStart: null,
  offsetFrames: 0,
  align: 'session',
  nameTemplate: '{index}_{player}_{timecode}',
  existing: 'number',
};

const TWO_PLAYERS = {
  players: ['Ada', 'Ben'],
  spoken: [0, 1].map((track) => ({ track, positionSamples: 960 * track, packets: packetsOf(50, track) })),
  endSamples: 96_000,
};

/** The program on a library with one linked session. */
async function withSession(
  work: (app: WholeApp, sessionId: string, folder: string) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    await writeSession(join(folder, 'take'), TWO_PLAYERS);
    const app = await WholeApp.open(join(folder, 'library'), join(folder, 'user'));
    try {
      const { taken } = await app.api.library.add({ paths: [join(folder, 'take')], copy: false });
      const [session] = taken;
      if (session === undefined) throw new Error('the session was not taken');
      await work(app, session.sessionId, folder);
      expect(app.faults).toEqual([]);
    } finally {
      await app.close();
    }
  });
}

function request(sessionId: string, outFolder: string, changes: Partial<Request['choices']> = {}): Request {
  return {
    selection: [{ sessionId, playerIds: null }],
    presetId: 'archive',
    choices: { ...CHOICES, ...changes },
    outFolder,
  };
}

const finished = ({ batches }: { batches: readonly { finishedUnixMicros: number | null }[] }): boolean =>
  batches.length > 0 && batches.every(({ finishedUnixMicros }) => finishedUnixMicros !== null);

describe('exports through the contract', () => {
  test('a session becomes verified files under the names people gave, and counts as exported', async () => {
    await withSession(async (app, sessionId, folder) => {
      const out = join(folder, 'out');
      await app.api.library.edit({ sessionId, title: 'Ep. 1: Salt' });
      await app.api.library.editPlayer({ sessionId, playerId: '1', name: 'Ben Ólafsson' });
      const named = request(sessionId, out, { nameTemplate: '{session} {player}' });
      const plan = await app.api.exports.plan(named);
      expect(plan.files.map(({ relativePath }) => relativePath)).toEqual([
        'Ep. 1_ Salt Ada.m4a',
        'Ep. 1_ Salt Ben Ólafsson.m4a',
      ]);
      expect(plan.problems).toEqual([]);
      expect(existsSync(out)).toBe(false);

      const { batchId, files } = await app.api.exports.start(named);
      expect(files).toBe(2);
      const { batches, progress } = await app.until('exports.queue', finished);
      expect(progress).toBeNull();
      expect(batches[0]).toMatchObject({ batchId, title: 'Ep. 1: Salt', presetTitle: 'Archive' });
      for (const { state, result } of batches[0]?.items ?? []) {
        expect(state).toBe('done');
        expect(result?.verified).toMatchObject({ ok: true, packetsIdentical: 50 });
        const verified = await verifyFile(result?.path ?? '', join(folder, 'take'), {
          signal: new AbortController().signal,
          onProgress: () => undefined,
        });
        expect(verified).toMatchObject({ ok: true });
      }
      expect(readdirSync(out).sort()).toEqual(['Ep. 1_ Salt Ada.m4a', 'Ep. 1_ Salt Ben Ólafsson.m4a']);
      expect((await app.api.library.get({ sessionId })).states).toContain('exported');
      const history = await app.api.exports.history({ search: 'ólafs', sessionId, offset: 0, limit: 10 });
      expect(history.batches.map((batch) => batch.batchId)).toEqual([batchId]);
      const report = await app.api.exports.report({ batchId, form: 'csv' });
      expect(report.text.split('\r\n')).toHaveLength(4);
    });
  });

  test('files and projects carry the markers as people left them', async () => {
    await withSession(async (app, sessionId, folder) => {
      const put = (markerId: string, positionSamples: number, name: string) =>
        app.api.library.putMarker({
          sessionId,
          marker: { markerId, positionSamples, kind: 'marker', name },
        });
      await put('set-later', 24_000, 'Set later');
      await put('mistake', 30_000, 'A mistake');
      await app.api.library.removeMarker({ sessionId, markerId: 'mistake' });
      await app.api.exports.start(
        request(sessionId, join(folder, 'out'), { formats: ['ogg'], projects: ['csv'] }),
      );
      const { batches } = await app.until('exports.queue', finished);
      const [first, ...others] = batches[0]?.items ?? [];
      const ogg = readFileSync(first?.result?.path ?? '', 'latin1');
      expect(ogg).toContain('CHAPTER001NAME=Set later');
      expect(ogg).toContain('CHAPTER001=00:00:00.525');
      expect(ogg).not.toContain('mistake');
      const tables = others
        .filter(({ kind }) => kind === 'csv')
        .map(({ result }) => readFileSync(result?.path ?? '', 'utf8'));
      expect(tables.join('')).toContain('Set later');
      expect(tables.join('')).not.toContain('mistake');
    });
  });

  test('a preset run from the menu makes the media and the project that names them', async () => {
    await withSession(async (app, sessionId, folder) => {
      const { presets } = await app.api.exports.offers({});
      const [preset] = presets.filter(({ presetId }) => presetId === 'final-cut');
      if (preset === undefined) throw new Error('no preset for Final Cut Pro');
      await app.api.exports.start({
        ...request(sessionId, join(folder, 'out')),
        presetId: preset.presetId,
        choices: preset.choices,
      });
      const { batches } = await app.until('exports.queue', finished);
      const items = batches[0]?.items ?? [];
      expect(items.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
        ...['m4a done', 'bwf done', 'm4a done', 'bwf done'],
        'fcpxml done',
      ]);
      const xml = readFileSync(items.at(-1)?.result?.path ?? '', 'utf8');
      const named = [...xml.matchAll(/ src="([^"]+)"/gu)].map(([, url = '']) => fileURLToPath(url));
      expect(named).toEqual(items.flatMap(({ kind, result }) => (kind === 'bwf' ? [result?.path] : [])));
      for (const path of named) expect(existsSync(path)).toBe(true);
    });
  });

  test('the plan names collisions, and what cannot be exported beside what can', async () => {
    await withSession(async (app, sessionId, folder) => {
      const out = join(folder, 'out');
      await app.api.exports.start(request(sessionId, out));
      await app.until('exports.queue', finished);
      const again = request(sessionId, out);
      const both = { ...again, selection: [...again.selection, { sessionId: 'gone', playerIds: null }] };
      const plan = await app.api.exports.plan(both);
      expect(plan.files.map(({ collision }) => collision)).toEqual(['numbered', 'numbered']);
      expect(plan.problems).toMatchObject([{ sessionId: 'gone', trouble: { code: 'not-found' } }]);
      const skipping = await app.api.exports.plan({ ...again, choices: { ...CHOICES, existing: 'skip' } });
      expect(skipping.files.map(({ collision }) => collision)).toEqual(['skipped', 'skipped']);
      const one = { ...again, selection: [{ sessionId, playerIds: ['0'] }] };
      expect((await app.api.exports.plan(one)).files.map(({ playerName }) => playerName)).toEqual(['Ada']);
    });
  });

  test('what cannot be exported stands in the answer, in the batch, in the history and in the report', async () => {
    await withSession(async (app, sessionId, folder) => {
      const asked = request(sessionId, join(folder, 'out'));
      const both = { ...asked, selection: [{ sessionId: 'gone', playerIds: null }, ...asked.selection] };
      const { batchId, files, problems } = await app.api.exports.start(both);
      expect(files).toBe(2);
      expect(problems).toMatchObject([{ sessionId: 'gone', trouble: { code: 'not-found' } }]);
      const { batches } = await app.until('exports.queue', finished);
      expect(batches[0]).toMatchObject({ problems });
      expect(batches[0]?.items.map(({ state }) => state)).toEqual(['done', 'done']);
      const history = await app.api.exports.history({ search: '', sessionId: null, offset: 0, limit: 10 });
      expect(history.batches).toMatchObject([{ batchId, problems }]);
      const { text } = await app.api.exports.report({ batchId, form: 'json' });
      expect((JSON.parse(text) as { files: unknown[] }).files).toMatchObject([
        { session: 'gone', state: 'failed', message: problems[0]?.trouble.message },
        { state: 'done' },
        { state: 'done' },
      ]);
      // Nothing else to make: then the reason is the answer.
      const none = { ...asked, selection: [{ sessionId: 'gone', playerIds: null }] };
      await expect(app.api.exports.start(none)).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  test('a choice that nothing can be made of is refused with the reason', async () => {
    await withSession(async (app, sessionId, folder) => {
      const wrong = request(sessionId, join(folder, 'out'), { zone: 'Mars/Base' });
      await expect(app.api.exports.start(wrong)).rejects.toMatchObject({
        code: 'usage',
        message: 'There is no time zone "Mars/Base".',
      });
      const file = join(folder, 'take', 'session.json');
      await expect(app.api.exports.start(request(sessionId, file))).rejects.toMatchObject({
        code: 'unwritable',
      });
    });
  });

  test('a folder that does not answer is planned for and queued all the same, and nothing in it is replaced', async () => {
    await withSession(async (app, sessionId, folder) => {
      const out = join(folder, 'out');
      mkdirSync(out);
      writeFileSync(join(out, 'Ada.m4a'), 'mine');
      const named = request(sessionId, out, { nameTemplate: '{player}' });
      const answer = silenced(out);
      try {
        const plan = await app.api.exports.plan(named);
        expect(plan.files.map(({ relativePath, collision }) => [relativePath, collision])).toEqual([
          ['Ada.m4a', 'none'],
          ['Ben.m4a', 'none'],
        ]);
        expect(plan.freeBytes).toBeNull();
        expect(plan.problems).toMatchObject([
          {
            sessionId: null,
            trouble: { message: expect.stringContaining(`${out} does not answer`) as string },
          },
        ]);
        expect(await app.api.exports.start(named)).toMatchObject({ files: 2, problems: [] });
      } finally {
        answer();
      }
      await app.until('exports.queue', finished);
      expect(readdirSync(out)).toEqual(['Ada (2).m4a', 'Ada.m4a', 'Ben.m4a']);
      expect(readFileSync(join(out, 'Ada.m4a'), 'utf8')).toBe('mine');
      expect((await app.api.exports.plan(named)).problems).toEqual([]);
    });
  });
});

test('what an export at the terminal left that was killed goes before room is looked for', async () => {
  await withSession(async (app, sessionId, folder) => {
    const out = join(folder, 'out');
    const { pid } = spawnSync(process.execPath, ['--version']);
    const dead = `${processOwner().split('-')[0] ?? ''}-${pid.toString(36)}`;
    const [left, stays] = [`1_Ada.m4a.${dead}.part`, `1_Ada.m4a.${processOwner()}.part`];
    mkdirSync(join(out, 'Ada'), { recursive: true });
    for (const name of [left, stays, join('Ada', left)]) writeFileSync(join(out, name), 'half');
    await app.api.exports.start(request(sessionId, out, { nameTemplate: '{player}/{index}' }));
    expect(readdirSync(join(out, 'Ada')).includes(left)).toBe(false);
    await app.until('exports.queue', finished);
    // Files go into folders below it: the export's own is not looked into.
    expect(readdirSync(out).toSorted()).toEqual([left, stays, 'Ada', 'Ben'].toSorted());
  });
});

/** Lets a folder tell nobody what is in it. @returns lets it answer. */
function silenced(folder: string): () => void {
  const { readdir } = promises;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  promises.readdir = (async (...args: Parameters<typeof readdir>) => {
    if (args[0] === folder) await promise;
    return readdir(...args);
  }) as typeof readdir;
  syncBuiltinESMExports();
  return () => {
    promises.readdir = readdir;
    syncBuiltinESMExports();
    resolve(undefined);
  };
}
