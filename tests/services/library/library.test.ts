import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SessionDetail } from '../../../electron/services/library/session-entry.ts';
import { noticeSentence } from '../../../shared/model/library-notice.ts';
import { nanoLogOf, writeNanoSession } from '../../support/nano-session.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../../support/session-folder.ts';
import { EVERYTHING, withLibrary } from '../../support/library.ts';

const RECIPE = {
  players: ['Marit', 'Tomás'],
  spoken: [
    { track: 0, positionSamples: 0, packets: packetsOf(50, 1) },
    { track: 1, positionSamples: 0, packets: packetsOf(20, 2) },
    { track: 1, positionSamples: 40 * 960, packets: packetsOf(10, 3) },
  ],
  endSamples: 50 * 960,
};

describe('Library', () => {
  it('opens a folder where it lies, lists it and shows its page', () =>
    inTemporaryFolder(async (root) => {
      const folder = join(root, 'a session, with spaces 🎙');
      await writeSession(folder, RECIPE);
      await withLibrary(root, async ({ calls }, ports) => {
        const added = await calls.add({ paths: [folder, join(root, 'nothing')], copy: false });
        expect(added.taken).toEqual([
          { path: folder, sessionId: SESSION_ID, title: 'Test session', already: false },
        ]);
        expect(added.refused).toMatchObject([
          { path: join(root, 'nothing'), trouble: { next: 'Check the path.' } },
        ]);
        const { total, rows } = await calls.list({ ...EVERYTHING, offset: 0, limit: 50 });
        expect(total).toBe(1);
        expect(rows[0]).toMatchObject({
          sessionId: SESSION_ID,
          place: 'linked',
          durationSamples: 48_000,
          players: [{ name: 'Marit' }, { name: 'Tomás' }],
          states: [],
        });
        const detail = await calls.get({ sessionId: SESSION_ID });
        expect(detail.folder).toBe(folder);
        expect(detail.players[1]).toMatchObject({ packets: 30, gaps: { count: 1, samples: 20 * 960 } });
        expect(detail.timecode).toMatchObject({ rate: '25', zone: null, startLabel: '23:59:12:08' });
        const { lanes } = await calls.lanes({ sessionId: SESSION_ID });
        expect(lanes[1]).toEqual({
          playerId: '1',
          firstSamples: 0,
          endSamples: 48_000,
          gaps: [{ startSamples: 20 * 960, durationSamples: 20 * 960 }],
          damaged: [],
        });
        expect((await calls.add({ paths: [folder], copy: false })).taken[0]?.already).toBe(true);
        expect(ports.faults).toEqual([]);
      });
    }));

  it('keeps edits in a file, so that a catalog that is deleted comes back with them', () =>
    inTemporaryFolder(async (root) => {
      const [linked, inside] = [join(root, 'nano'), join(root, 'library', 'ours')];
      writeNanoSession(linked, [nanoLogOf('Alice', 100, 1)]);
      await mkdir(join(root, 'library'));
      await writeSession(inside, RECIPE);
      const recorded = readFileSync(join(inside, 'session.json'), 'utf8');
      const edited = await withLibrary(root, async ({ calls }) => {
        const { taken } = await calls.add({ paths: [linked], copy: false });
        const pages: SessionDetail[] = [];
        for (const sessionId of [SESSION_ID, taken[0]?.sessionId ?? '']) {
          const { players } = await calls.get({ sessionId });
          await calls.edit({ sessionId, title: 'Åge møter Øyvind', notes: 'Two takes', tags: ['pilot'] });
          await calls.editPlayer({
            sessionId,
            playerId: players[0]?.playerId ?? '',
            name: 'Host',
            colorIndex: 5,
          });
          await calls.setTimecode({ sessionId, rate: '29.97df', zone: 'Europe/Oslo', offsetFrames: -3 });
          const marker = { markerId: 'm1', positionSamples: 960, kind: 'marker', name: 'Laugh' } as const;
          await calls.putMarker({ sessionId, marker });
          await calls.putMarker({ sessionId, marker: { ...marker, markerId: 'm2' } });
          pages.push(await calls.removeMarker({ sessionId, markerId: 'm2' }));
        }
        return pages;
      });
      expect(edited[0]).toMatchObject({
        title: 'Åge møter Øyvind',
        tags: ['pilot'],
        notes: 'Two takes',
        markers: [{ markerId: 'm1', name: 'Laugh' }],
        timecode: { rate: '29.97df', zone: 'Europe/Oslo', offsetFrames: -3 },
      });
      expect(edited[0]?.players[0]).toMatchObject({ name: 'Host', colorIndex: 5 });
      expect(readFileSync(join(inside, 'session.json'), 'utf8')).toBe(recorded);
      expect(existsSync(join(linked, 'annotations.json'))).toBe(false);

      rmSync(join(root, 'library', '.tailslate', 'catalog.db'));
      await withLibrary(root, async ({ calls }) => {
        for (const page of edited) {
          const again = await calls.get({ sessionId: page.sessionId });
          expect({ ...again, sizeBytes: 0 }).toEqual({ ...page, sizeBytes: 0 });
        }
        const search = { ...EVERYTHING, offset: 0, limit: 10 };
        expect((await calls.list({ ...search, search: 'age moter' })).total).toBe(0);
        expect((await calls.list({ ...search, search: 'åge lau' })).total).toBe(2);
        expect((await calls.list({ ...search, tags: ['pilot'] })).total).toBe(2);
        expect(await calls.tags({})).toEqual({ tags: [{ tag: 'pilot', sessions: 2 }] });
      });
    }));

  it('copies into the library, and tells two recordings of one id apart', () =>
    inTemporaryFolder(async (root) => {
      const [first, second] = [join(root, 'one'), join(root, 'two')];
      await writeSession(first, RECIPE);
      await cp(first, second, { recursive: true });
      await withLibrary(root, async ({ calls, values }) => {
        const { taken } = await calls.add({ paths: [first, second], copy: true });
        expect(taken.map(({ already }) => already)).toEqual([false, false]);
        expect(taken[0]?.sessionId).toBe(SESSION_ID);
        expect(taken[1]?.sessionId).toMatch(/^019ceed2-3b19-7000-8000-5eed0000a11c~[0-9a-f]{10}$/);
        expect(values.state.value.notices.map(({ notice }) => noticeSentence(notice))).toEqual([
          '"Test session" has the same recording as "Test session"; both are kept in the library.',
        ]);
        expect(values.state.value).toMatchObject({ sessions: 2, task: null });
        expect(existsSync(join(root, 'library', 'one', 'session.json'))).toBe(true);
        const again = await calls.rebuild({});
        expect(again).toEqual({ sessions: 2, refused: [] });
        expect((await calls.ids(EVERYTHING)).sessionIds.toSorted()).toEqual(
          taken.map(({ sessionId }) => sessionId).sort(),
        );
      });
    }));
});
