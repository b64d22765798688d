import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FolderLock } from '../../electron/io/folder-lock.ts';
import { documentOf, pathsBelow, tailslate } from '../support/cli.ts';
import { oggTrack } from '../support/multitrack.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
import { stoppedAt } from '../support/stopped-at.ts';

const ALICE = [{ positionSamples: 960, packets: packetsOf(60, 1) }];
const BOB = [{ positionSamples: 0, packets: packetsOf(40, 2) }];

interface ImportDocument {
  readonly library: string;
  readonly taken: readonly {
    readonly path: string;
    readonly title: string;
    readonly folder: string;
    readonly already: boolean;
  }[];
  readonly refused: readonly { readonly path: string }[];
  readonly notes: readonly { readonly message: string }[];
}

describe('tailslate import', () => {
  it('takes in folders, files and archives, whose packets are exported as they were', () =>
    inTemporaryFolder(async (root) => {
      const library = join(root, 'library');
      const [session, zip] = [join(root, 'session'), join(root, 'talk.zip')];
      const recipe = {
        players: ['Marit'],
        spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(20, 4) }],
      };
      await writeSession(session, { ...recipe, endSamples: 20 * 960 });
      writeFileSync(zip, zipSync({ '1-Alice.ogg': oggTrack(ALICE), '2-Bob.ogg': oggTrack(BOB) }));
      const args = ['import', session, zip, '--copy', '--library', library, '--json'];
      const first = await tailslate(args);
      expect(first.code, first.stderr).toBe(0);
      const { taken, refused, notes } = JSON.parse(first.stdout) as ImportDocument;
      expect(taken).toMatchObject([
        { path: session, title: 'Test session', folder: join(library, 'session'), already: false },
        { path: zip, title: 'talk', folder: join(library, 'talk'), already: false },
      ]);
      expect({ refused, notes }).toEqual({ refused: [], notes: [] });
      const again = await tailslate(['import', zip, '--library', library]);
      expect(again.code).toBe(0);
      expect(again.stdout).toBe(`"talk" was in the library already: ${join(library, 'talk')}\n`);
      const exported = await tailslate([
        'export',
        join(library, 'talk'),
        '--out',
        join(root, 'out'),
        '--json',
      ]);
      expect(exported.code, exported.stderr).toBe(0);
      const { files = [] } = documentOf(exported);
      expect(files.map(({ player, timecode }) => [player, timecode])).toEqual([
        ['Alice', '00:00:00:00'],
        ['Bob', '00:00:00:00'],
      ]);
      const verified = await tailslate([
        'verify',
        ...files.map(({ path }) => path),
        '--session',
        join(library, 'talk'),
        '--json',
      ]);
      expect(verified.code, verified.stdout).toBe(0);
    }));

  it('says what it refused and what is damaged', () =>
    inTemporaryFolder(async (root) => {
      const [cut, text] = [join(root, 'cut.ogg'), join(root, 'notes.txt')];
      const whole = oggTrack(ALICE);
      writeFileSync(cut, whole.subarray(0, whole.length - 10));
      writeFileSync(text, 'no audio');
      const library = join(root, 'library');
      const damaged = await tailslate(['import', cut, '--library', library]);
      expect(damaged.code).toBe(3);
      expect(damaged.stdout).toContain('The file stops inside an Ogg page');
      const refused = await tailslate(['import', text, join(root, 'none'), '--library', library, '--json']);
      expect(refused.code).toBe(1);
      expect((JSON.parse(refused.stdout) as ImportDocument).refused.map(({ path }) => path)).toEqual([
        text,
        join(root, 'none'),
      ]);
      expect(refused.stderr).toContain('Check the path.');
      expect(readdirSync(library).filter((name) => !name.startsWith('.'))).toEqual(['cut']);
    }));

  it('leaves a library alone that another program has open', () =>
    inTemporaryFolder(async (root) => {
      const library = join(root, 'library');
      const file = join(root, 'talk.ogg');
      writeFileSync(file, oggTrack(ALICE));
      expect((await tailslate(['import', file, '--library', library])).code).toBe(0);
      const lock = await FolderLock.acquire(join(library, '.tailslate'), 'a window');
      try {
        const run = await tailslate(['import', file, '--library', library, '--json']);
        expect(run.code).toBe(1);
        expect(documentOf(run).error).toMatchObject({ code: 'locked' });
      } finally {
        await lock.release();
      }
    }));

  it('stopped by Ctrl-C leaves nothing half', () =>
    inTemporaryFolder(async (root) => {
      const library = join(root, 'library');
      const file = join(root, 'long.ogg');
      writeFileSync(file, oggTrack([{ positionSamples: 0, packets: packetsOf(30_000, 1, 300) }]));
      const env = stoppedAt(/incoming/u, 'SIGINT', join(root, 'stopped'));
      const run = await tailslate(['import', file, '--library', library, '--json'], { env });
      expect(run.code, run.stderr).toBe(130);
      expect(documentOf(run).error).toMatchObject({ code: 'cancelled' });
      expect(readdirSync(library).filter((name) => !name.startsWith('.'))).toEqual([]);
      expect(pathsBelow(join(library, '.tailslate', 'incoming'))).toEqual([]);
    }));
});
