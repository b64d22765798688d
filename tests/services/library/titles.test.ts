import { mkdir } from 'node:fs/promises';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, withLibrary } from '../../support/library.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../../support/session-folder.ts';

const RECIPE = {
  players: ['Marit'],
  spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(10, 1) }],
  endSamples: 9600,
};

describe('Library', () => {
  it('keeps titles of 500 characters and of scripts from right to left', () =>
    inTemporaryFolder(async (root) => {
      await mkdir(join(root, 'library'));
      await writeSession(join(root, 'library', 'one'), RECIPE);
      for (const title of ['ø'.repeat(500), 'שיחה עם אורח – פרק 12', 'حلقة ١٢ مع ضيف']) {
        await withLibrary(root, ({ calls }) => calls.edit({ sessionId: SESSION_ID, title }));
        await withLibrary(root, async ({ calls }) => {
          expect((await calls.get({ sessionId: SESSION_ID })).title).toBe(title);
        });
      }
    }));

  it('shows a session of a newer version and leaves its session.json alone', () =>
    inTemporaryFolder(async (root) => {
      await mkdir(join(root, 'library'));
      const folder = join(root, 'library', 'one');
      await writeSession(folder, RECIPE);
      const path = join(folder, 'session.json');
      const newer = readFileSync(path, 'utf8').replace('"version": 1', '"version": 2');
      writeFileSync(path, newer);
      await withLibrary(root, async ({ calls }) => {
        await calls.edit({ sessionId: SESSION_ID, title: 'Noted elsewhere' });
        const detail = await calls.get({ sessionId: SESSION_ID });
        expect(detail).toMatchObject({ title: 'Noted elsewhere', players: [{ packets: 10 }] });
        expect(readFileSync(path, 'utf8')).toBe(newer);
        expect(detail.states).toEqual(['newer']);
        expect((await calls.ids({ ...EVERYTHING, states: ['newer'] })).sessionIds).toEqual([SESSION_ID]);
        expect(existsSync(join(folder, 'annotations.json'))).toBe(false);
        const linked = join(root, 'library', '.tailslate', 'linked', `${SESSION_ID}.json`);
        expect(JSON.parse(readFileSync(linked, 'utf8'))).toMatchObject({ title: 'Noted elsewhere' });
      });
    }));
});
