import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EVERYTHING, withLibrary } from '../../support/library.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../../support/session-folder.ts';

const PAGE = { ...EVERYTHING, offset: 0, limit: 50 };

function idOf(n: number): string {
  return SESSION_ID.slice(0, -2) + n.toString(16).padStart(2, '0');
}

async function write(folder: string, n: number): Promise<void> {
  await writeSession(folder, {
    sessionId: idOf(n),
    title: '',
    players: ['Marit'],
    spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(10, n) }],
    endSamples: 9600,
  });
}

/** 200 characters: more of another kind would be more than the 255 bytes of a name. */
const NAMES = [
  '  spaces  within ',
  '🎙️ Folge 👩‍👩‍👧',
  'x'.repeat(200),
  `${'é'.repeat(40)}${'y'.repeat(160)}`,
  '100% #1 ?a=b&c',
];

it('lists, edits, copies and trashes sessions in folders of any name', () =>
  inTemporaryFolder(async (root) => {
    mkdirSync(join(root, 'library'));
    for (const [n, name] of NAMES.entries()) await write(join(root, 'library', name), n);
    const [spaces = '', , long = ''] = NAMES;
    const linked = join(root, spaces, long);
    mkdirSync(join(root, spaces));
    await write(linked, 90);
    await write(join(root, long), 91);
    await withLibrary(root, async (library, ports) => {
      const { calls } = library;
      const { taken } = await calls.add({ paths: [linked], copy: false });
      expect(taken).toMatchObject([{ sessionId: idOf(90), title: long }]);
      // A name that is taken makes room for a number within the length that a disk allows.
      expect((await calls.add({ paths: [join(root, long)], copy: true })).refused).toEqual([]);
      expect((await calls.list(PAGE)).total).toBe(NAMES.length + 2);
      for (const [n, name] of NAMES.entries()) {
        const shown = await calls.edit({ sessionId: idOf(n), notes: 'Heard' });
        expect(shown).toMatchObject({ title: name, folder: join(root, 'library', name), notes: 'Heard' });
        expect(existsSync(join(root, 'library', name, 'annotations.json'))).toBe(true);
      }
      await calls.rebuild({});
      expect((await calls.list({ ...PAGE, search: 'heard' })).total).toBe(NAMES.length);
      await calls.trash({ sessionIds: NAMES.map((_name, n) => idOf(n)) });
      ports.elapse();
      await library.settled();
      expect(readdirSync(join(root, 'library', '.tailslate', 'trash')).sort()).toEqual([...NAMES].sort());
      expect((await calls.list(PAGE)).rows.map(({ sessionId }) => sessionId).sort()).toEqual([
        idOf(90),
        idOf(91),
      ]);
      expect(ports.faults).toEqual([]);
    });
  }));

it('keeps names apart that differ in case, and copies none over another', () =>
  inTemporaryFolder(async (root) => {
    mkdirSync(join(root, 'library'));
    mkdirSync(join(root, 'from'));
    await write(join(root, 'library', 'Talk'), 1);
    await write(join(root, 'from', 'TALK'), 2);
    await withLibrary(root, async ({ calls }) => {
      expect((await calls.add({ paths: [join(root, 'from', 'TALK')], copy: true })).refused).toEqual([]);
      const names = readdirSync(join(root, 'library')).filter((name) => !name.startsWith('.'));
      // Also where the disk tells them apart, so that the library can be moved to one that does not.
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(2);
      expect((await calls.list(PAGE)).total).toBe(2);
    });
  }));

it('takes sessions whose folders differ in case alone for two, where the disk does', ({ skip }) =>
  inTemporaryFolder(async (root) => {
    mkdirSync(join(root, 'library'));
    await write(join(root, 'library', 'Talk'), 1);
    skip(existsSync(join(root, 'library', 'TALK')), 'this disk does not tell upper from lower case');
    await write(join(root, 'library', 'TALK'), 2);
    await withLibrary(root, async ({ calls }) => {
      for (const [n, name] of [
        [1, 'Talk'],
        [2, 'TALK'],
      ] as const) {
        const { folder } = await calls.edit({ sessionId: idOf(n), notes: name });
        expect(folder).toBe(join(root, 'library', name));
      }
      await calls.rebuild({});
      for (const [n, notes] of [
        [1, 'Talk'],
        [2, 'TALK'],
      ] as const) {
        expect((await calls.get({ sessionId: idOf(n) })).notes).toBe(notes);
      }
    });
  }));
