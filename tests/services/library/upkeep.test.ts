import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/model/errors.ts';
import { EVERYTHING, TestPorts, withLibrary, TORN } from '../../support/library.ts';
import {
  nanoLogBytes,
  nanoLogOf,
  nanoLogPath,
  recordStart,
  writeNanoSession,
} from '../../support/nano-session.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../../support/session-folder.ts';

const SPOKEN = [{ track: 0, positionSamples: 0, packets: packetsOf(50, 1) }];
const CLOSED = { players: ['Marit'], spoken: SPOKEN, endSamples: 48_000 };
const PAGE = { ...EVERYTHING, offset: 0, limit: 50 };

async function inLibrary(
  root: string,
  name: string,
  recipe: Parameters<typeof writeSession>[1],
): Promise<string> {
  const folder = join(root, 'library', name);
  mkdirSync(join(root, 'library'), { recursive: true });
  await writeSession(folder, recipe);
  return folder;
}

describe('Library', () => {
  it('notices folders that appear, vanish, are renamed and come back', () =>
    inTemporaryFolder((root) =>
      withLibrary(root, async (library, ports) => {
        const { calls } = library;
        const folder = await inLibrary(root, 'one', CLOSED);
        expect((await calls.list(PAGE)).total).toBe(0);
        ports.elapse();
        await calls.list(PAGE);
        await library.settled();
        expect((await calls.list(PAGE)).rows[0]?.states).toEqual([]);
        renameSync(folder, join(root, 'elsewhere'));
        expect((await calls.get({ sessionId: SESSION_ID })).states).toEqual(['missing']);
        await expect(calls.edit({ sessionId: SESSION_ID, title: 'x' })).rejects.toMatchObject({
          code: 'not-found',
        });
        renameSync(join(root, 'elsewhere'), join(root, 'library', 'two'));
        await library.refresh();
        expect(await calls.get({ sessionId: SESSION_ID })).toMatchObject({
          folder: join(root, 'library', 'two'),
          states: [],
        });
        expect(library.values.state.value.sessions).toBe(1);
        expect(ports.faults).toEqual([]);
      }),
    ));

  it('looks once for all who ask while a look waits, so that nothing else stands behind them', () =>
    inTemporaryFolder((root) =>
      withLibrary(root, async (library, ports) => {
        let looks = 0;
        const folder = await inLibrary(root, 'one', { players: ['Marit'], spoken: SPOKEN });
        ports.held.add(folder);
        const isHeld = ports.isHeld.bind(ports);
        // A session that is being recorded is read with every look.
        ports.isHeld = (asked) => (looks++, isHeld(asked));
        await Promise.all(Array.from({ length: 100 }, () => library.refresh()));
        expect(looks).toBeLessThanOrEqual(2);
        await library.refresh();
        expect(looks).toBeLessThanOrEqual(3);
      }),
    ));

  it('keeps out of its lists what is on its way to the trash, also when the catalog is made anew', () =>
    inTemporaryFolder(async (root) => {
      await inLibrary(root, 'one', CLOSED);
      await withLibrary(root, async ({ calls }, ports) => {
        await calls.list(PAGE);
        expect((await calls.trash({ sessionIds: [SESSION_ID] })).trashed).toEqual([SESSION_ID]);
        await calls.rebuild({});
        expect((await calls.list(PAGE)).total).toBe(0);
        expect((await calls.restore({ sessionIds: [SESSION_ID] })).restored).toEqual([SESSION_ID]);
        expect((await calls.list(PAGE)).total).toBe(1);
        expect(ports.faults).toEqual([]);
      });
    }));

  it('takes no folder for a session, and writes nothing into it, because it has logs of its own', () =>
    inTemporaryFolder((root) =>
      withLibrary(root, async (library) => {
        const project = join(root, 'library', 'some program');
        mkdirSync(join(project, 'log'), { recursive: true });
        writeFileSync(join(project, 'log', 'install.log'), 'not ours');
        await library.refresh();
        expect((await library.calls.list(PAGE)).total).toBe(0);
        expect(readdirSync(project)).toEqual(['log']);
        const { taken, refused } = await library.calls.add({ paths: [project], copy: false });
        expect(taken).toEqual([]);
        expect(refused).toMatchObject([{ path: project }]);
      }),
    ));

  it('shows a recording while it goes on, and recovers one that nobody closed once', () =>
    inTemporaryFolder(async (root) => {
      const folder = await inLibrary(root, 'open', { players: ['Marit'], spoken: SPOKEN });
      const ports = new TestPorts();
      ports.held.add(folder);
      await withLibrary(
        root,
        async (library) => {
          expect((await library.calls.list(PAGE)).rows[0]?.states).toEqual(['recording']);
          expect((await library.calls.trash({ sessionIds: [SESSION_ID] })).failed).toMatchObject([
            { trouble: { code: 'locked' } },
          ]);
          ports.held.clear();
          await library.refresh();
          const detail = await library.calls.get({ sessionId: SESSION_ID });
          expect(detail.states).toEqual(['recovered']);
          expect(detail.recovery?.findings).toEqual([TORN]);
          expect(library.values.state.value.notices).toHaveLength(1);
        },
        ports,
      );
      await withLibrary(root, async ({ calls }) => calls.get({ sessionId: SESSION_ID }), ports);
      expect(ports.recovered).toEqual([folder]);
    }));

  it('hides what is trashed, brings it back, and moves it in the end', () =>
    inTemporaryFolder(async (root) => {
      const folder = await inLibrary(root, 'one', CLOSED);
      const linked = join(root, 'linked');
      writeNanoSession(linked, [nanoLogOf('Alice', 10, 1)]);
      await withLibrary(root, async (library, ports) => {
        const { calls } = library;
        await calls.add({ paths: [linked], copy: false });
        const { sessionIds } = await calls.ids(EVERYTHING);
        expect((await calls.trash({ sessionIds: [...sessionIds, 'nobody'] })).failed).toMatchObject([
          { sessionId: 'nobody' },
        ]);
        expect(await calls.ids(EVERYTHING)).toEqual({ sessionIds: [] });
        expect((await calls.restore({ sessionIds })).restored).toEqual(sessionIds);
        ports.elapse();
        await library.settled();
        expect(existsSync(folder)).toBe(true);
        await calls.trash({ sessionIds });
        ports.elapse();
        await library.settled();
        expect(existsSync(folder)).toBe(false);
        expect(existsSync(join(linked, 'session.json'))).toBe(true);
        expect(readdirSync(join(root, 'library', '.tailslate', 'trash')).sort()).toHaveLength(2);
        expect((await calls.restore({ sessionIds })).restored).toEqual([]);
        expect(library.values.state.value.sessions).toBe(0);
      });
    }));

  it('gives what is trashed again its whole time again', () =>
    inTemporaryFolder(async (root) => {
      const folder = await inLibrary(root, 'one', CLOSED);
      await withLibrary(root, async (library, ports) => {
        const { calls } = library;
        const { sessionIds } = await calls.ids(EVERYTHING);
        await calls.trash({ sessionIds });
        await calls.restore({ sessionIds });
        const first = ports.takeTimers();
        await calls.trash({ sessionIds });
        first();
        await library.settled();
        expect(existsSync(folder)).toBe(true);
        expect(await calls.restore({ sessionIds })).toEqual({ restored: sessionIds });
      });
    }));

  it('makes a damaged catalog anew, edits included, and says so', () =>
    inTemporaryFolder(async (root) => {
      await inLibrary(root, 'one', CLOSED);
      await withLibrary(root, ({ calls }) => calls.edit({ sessionId: SESSION_ID, title: 'Kept' }));
      const path = join(root, 'library', '.tailslate', 'catalog.db');
      writeFileSync(path, readFileSync(path).fill(0x5a, 0, 5000));
      await withLibrary(root, async (library) => {
        expect((await library.calls.list(PAGE)).rows[0]?.title).toBe('Kept');
        expect(library.values.state.value.notices[0]?.notice).toMatchObject({
          kind: 'catalog-set-aside',
          path: expect.stringContaining('catalog.db.damaged') as string,
        });
        expect(await library.calls.check({})).toEqual({ differences: [] });
      });
    }));

  it('tells where packets were lost, in bytes and in time', () =>
    inTemporaryFolder(async (root) => {
      const log = nanoLogOf('Alice', 100, 1);
      const folder = join(root, 'nano');
      writeNanoSession(folder, [log], 2040);
      const bytes = nanoLogBytes(log);
      bytes.fill(0x11, recordStart(log, 40), recordStart(log, 50));
      writeFileSync(join(folder, nanoLogPath('Alice')), bytes);
      await withLibrary(root, async ({ calls }) => {
        const { taken } = await calls.add({ paths: [folder], copy: false });
        const sessionId = taken[0]?.sessionId ?? '';
        expect((await calls.get({ sessionId })).states).toEqual(['damaged']);
        const { lanes } = await calls.lanes({ sessionId });
        expect(lanes[0]?.gaps).toHaveLength(1);
        expect(lanes[0]?.damaged).toEqual(lanes[0]?.gaps);
        expect(await calls.verifyLogs({ sessionId })).toMatchObject({ damaged: true, packets: 90 });
      });
    }));

  it('shows what reading every byte found, until the files change', () =>
    inTemporaryFolder(async (root) => {
      const folder = await inLibrary(root, 'one', {
        players: ['Marit'],
        spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(200, 1, 400) }],
        endSamples: 200 * 960,
      });
      const [segment = ''] = readdirSync(join(folder, 'log'));
      const path = join(folder, 'log', segment);
      await withLibrary(root, async ({ calls, values }) => {
        expect(await calls.verifyLogs({ sessionId: SESSION_ID })).toMatchObject({ damaged: false });
        // A bit that the disk lost: names, sizes and times are as they were.
        const { atime, mtime } = statSync(path);
        const bytes = readFileSync(path);
        bytes.fill(0x11, bytes.length >> 1, (bytes.length >> 1) + 8);
        writeFileSync(path, bytes);
        utimesSync(path, atime, mtime);
        expect((await calls.get({ sessionId: SESSION_ID })).states).toEqual([]);
        const found = await calls.verifyLogs({ sessionId: SESSION_ID });
        expect(found.damaged).toBe(true);
        const { players, states } = await calls.get({ sessionId: SESSION_ID });
        expect(states).toEqual(['damaged']);
        expect(players[0]?.packets).toBe(found.packets);
        expect(players[0]?.damage.count).toBeGreaterThan(0);
        expect((await calls.ids({ ...EVERYTHING, states: ['damaged'] })).sessionIds).toEqual([SESSION_ID]);
        expect(values.state.value.task).toBeNull();
      });
      await withLibrary(root, async ({ calls }) => {
        expect((await calls.get({ sessionId: SESSION_ID })).states).toEqual(['damaged']);
      });
    }));

  it('makes a sample session, refuses what it cannot open, and is one program’s at a time', () =>
    inTemporaryFolder(async (root) => {
      const file = join(root, 'talk.ogg');
      writeFileSync(file, 'OggS');
      const ports = new TestPorts();
      await withLibrary(
        root,
        async ({ calls }) => {
          const { sessionId } = await calls.addSample({});
          expect(await calls.get({ sessionId })).toMatchObject({ place: 'library', states: [] });
          expect((await calls.add({ paths: [file, root], copy: true })).refused).toMatchObject([
            {
              path: file,
              trouble: {
                next: 'Open a session folder, Ogg Opus files, a zip of them, or a Matroska or WebM file with Opus.',
              },
            },
            { path: root },
          ]);
          expect(await calls.storage({})).toMatchObject({ sessions: 1 });
          await expect(withLibrary(root, () => Promise.resolve(), ports)).rejects.toBeInstanceOf(AppError);
        },
        ports,
      );
      expect(readdirSync(join(root, 'library')).sort()).toEqual(['.tailslate', 'Small Boats']);
    }));
});
