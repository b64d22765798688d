import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { browserDesktop } from '../../electron/browser-host/desktop.ts';
import { reachableRoots } from '../../electron/browser-host/reach.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const home = join(folder, 'home');
const outside = join(folder, 'homework');
for (const path of ['home/takes', 'home/.hidden', 'homework'])
  mkdirSync(join(folder, path), { recursive: true });
for (const name of ['a.opus', 'b.txt', 'session.LOG']) writeFileSync(join(home, name), '');
symlinkSync(outside, join(home, 'way-out'));
symlinkSync(join(home, 'takes'), join(home, 'way-in'));
symlinkSync(join(home, 'nowhere'), join(home, 'broken'));
afterAll(() => rmSync(folder, { recursive: true }));

const { listFolder, makeFolder, pickFolder, pickPaths, reveal, openExternal } = browserDesktop([
  home,
  home,
  join(folder, 'not-there'),
]).calls;

test('home, the library and what was allowed are roots', () => {
  const roots = reachableRoots('/my/library', ['/takes']);
  expect(roots).toEqual(expect.arrayContaining([homedir(), '/my/library', '/takes']));
});

test('the roots that are there come first', async () => {
  const folders = [{ name: 'home', path: home }];
  expect(await listFolder({ path: null })).toEqual({
    path: null,
    parent: null,
    writable: false,
    folders,
    files: [],
  });
});

test('a folder shows its folders and what may be a recording, hidden things and ways out aside', async () => {
  const { parent, writable, folders, files } = await listFolder({ path: home });
  expect([parent, writable]).toEqual([null, true]);
  expect(folders.map(({ name }) => name)).toEqual(['takes', 'way-in']);
  expect(files.map(({ name }) => name)).toEqual(['a.opus', 'session.LOG']);
  expect((await listFolder({ path: join(home, 'way-in') })).path).toBe(join(home, 'takes'));
  expect((await listFolder({ path: join(home, 'takes') })).parent).toBe(home);
});

test('nothing outside the roots is listed or made, and nobody learns whether it is there', async () => {
  const ways = [
    '/',
    folder,
    outside,
    join(home, '..'),
    join(home, 'way-out'),
    join(home, '../homework'),
    'home',
    '.',
  ];
  for (const path of [...ways, join(folder, 'nothing'), `${home}\0`]) {
    await expect(listFolder({ path })).rejects.toMatchObject({ code: 'not-found' });
    await expect(makeFolder({ parent: path, name: 'x' })).rejects.toMatchObject({ code: 'not-found' });
  }
  expect(existsSync(join(outside, 'x'))).toBe(false);
});

test('a folder is made by a plain name', async () => {
  expect(await makeFolder({ parent: home, name: 'new one' })).toEqual({ path: join(home, 'new one') });
  await expect(makeFolder({ parent: home, name: 'new one' })).rejects.toMatchObject({ code: 'exists' });
  for (const name of ['', ' ', '.', '..', '.x', 'a/b', '../x', 'a\\b', 'C:x', 'a\nb', 'a\0']) {
    await expect(makeFolder({ parent: home, name })).rejects.toMatchObject({ code: 'usage' });
  }
});

test('what only a desktop has is said to be unavailable', async () => {
  const asked = [
    pickFolder({ title: '', startFolder: null }),
    pickPaths({ title: '' }),
    reveal({ path: home }),
    openExternal({ url: 'https://www.opus-codec.org/' }),
  ];
  for (const call of asked) await expect(call).rejects.toMatchObject({ code: 'unavailable' });
});
