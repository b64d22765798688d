import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openToRead } from '../../../electron/io/open-to-read.ts';
import { IMPORTERS } from '../../../electron/services/importing/importers.ts';
import { TestPorts, withLibrary } from '../../support/library.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../../support/session-folder.ts';

const RECIPE = {
  players: ['Marit'],
  spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(50, 1) }],
  endSamples: 48_000,
};
const SEGMENT = join('log', '000001.tsl');

/** Puts a pipe, or a link, in the place of something in a session. */
const pipe = (path: string): void => {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
};
const link = (target: string, path: string): void => {
  rmSync(path, { force: true });
  symlinkSync(target, path);
};

test.for([
  [
    'a log that is a pipe',
    (folder: string) => pipe(join(folder, SEGMENT)),
    /000001\.tsl is no file but a pipe/u,
  ],
  [
    'a session.json that is a pipe',
    (folder: string) => pipe(join(folder, 'session.json')),
    /no file but a pipe/u,
  ],
  ['a pipe that nobody asked for', (folder: string) => pipe(join(folder, 'log', 'x')), /no file but a pipe/u],
  ['a log that is a device', (folder: string) => link('/dev/zero', join(folder, SEGMENT)), /no file but/u],
  ['a log that lies elsewhere', (folder: string) => elsewhere(folder), /leads out of its folder/u],
  [
    'a link to nowhere',
    (folder: string) => link('nowhere', join(folder, 'note')),
    /leads out of its folder/u,
  ],
  [
    'a folder that lies elsewhere',
    (folder: string) => link('..', join(folder, 'up')),
    /leads out of its folder/u,
  ],
] as const)('%s is refused with the reason, linked or copied', async ([, make, reason], { skip }) => {
  skip(process.platform === 'win32', 'Windows has no such pipes, and links only for administrators');
  await inTemporaryFolder(async (root) => {
    mkdirSync(join(root, 'library'));
    const folder = join(root, 'session');
    await writeSession(folder, RECIPE);
    make(folder);
    await withLibrary(root, async ({ calls }) => {
      for (const copy of [false, true]) {
        const { taken, refused } = await calls.add({ paths: [folder], copy });
        expect(taken).toEqual([]);
        expect(refused).toMatchObject([
          {
            path: folder,
            trouble: {
              message: expect.stringMatching(reason) as string,
              next: expect.any(String) as string,
            },
          },
        ]);
      }
    });
  });
});

test('a link that stays in its folder does no harm', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows makes links only for administrators');
  await inTemporaryFolder(async (root) => {
    mkdirSync(join(root, 'library'));
    const folder = join(root, 'session');
    await writeSession(folder, RECIPE);
    symlinkSync('session.json', join(folder, 'alias.json'));
    await withLibrary(root, async ({ calls }) => {
      expect(await calls.add({ paths: [folder], copy: false })).toMatchObject({ refused: [], taken: [{}] });
    });
  });
});

test('a pipe or a device that is added by itself is refused, whatever it is called', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows has no such pipes');
  await inTemporaryFolder(async (root) => {
    mkdirSync(join(root, 'library'));
    const names = ['a.ogg', 'b.zip', 'c.mkv', 'session.json'].map((name) => join(root, name));
    for (const path of names) pipe(path);
    const paths = [...names, '/dev/zero'];
    await withLibrary(
      root,
      async ({ calls }) => {
        const { taken, refused } = await calls.add({ paths, copy: false });
        expect(taken).toEqual([]);
        expect(refused.map(({ path }) => path).sort()).toEqual(paths.sort());
        const told = refused.filter(({ path }) => !path.endsWith('session.json'));
        for (const { trouble } of told)
          expect(trouble.message).toMatch(/is no file but a pipe, a socket or a device/u);
      },
      new TestPorts(IMPORTERS),
    );
  });
});

test('what is a file when it is opened can be read', () =>
  inTemporaryFolder(async (root) => {
    await writeSession(join(root, 's'), RECIPE);
    const handle = await openToRead(join(root, 's', 'session.json'));
    expect((await handle.readFile()).length).toBeGreaterThan(10);
    await handle.close();
  }));

function elsewhere(folder: string): void {
  const away = join(folder, '..', 'away.tsl');
  renameSync(join(folder, SEGMENT), away);
  symlinkSync(away, join(folder, SEGMENT));
}
