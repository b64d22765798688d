import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { confined } from '../../electron/browser-host/confine.ts';
import type { HostedApp } from '../../electron/services/hosted-app.ts';
import { FakeApp } from '../support/fake-api.ts';
import { FAKE_SETTINGS } from '../support/fake-sessions.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Calls = HostedApp['implementations'];
type Request = Parameters<Calls['exports']['calls']['start']>[0];

const folder = temporaryFolder();
const home = join(folder, 'home');
const outside = join(folder, 'homework');
for (const path of ['home/takes', 'homework/takes']) mkdirSync(join(folder, path), { recursive: true });
symlinkSync(outside, join(home, 'way-out'));
symlinkSync(join(home, 'takes'), join(home, 'way-in'));
symlinkSync(join(outside, 'tomorrow'), join(home, 'way-out-tomorrow'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the program behind was asked for. */
let added: string[] = [];
let written: string[] = [];
beforeEach(() => {
  [added, written] = [[], []];
});

const behind = new FakeApp();
const { library, exports } = behind.implementations;
const app = confined(
  {
    media: behind.media,
    acceptPackets: (frame) => behind.acceptPackets(frame),
    close: () => behind.close(),
    implementations: {
      ...behind.implementations,
      library: {
        ...library,
        calls: {
          ...library.calls,
          add: ({ paths }) => {
            added.push(...paths);
            const taken = paths.map((path) => ({ path, sessionId: 'x', title: '', already: false }));
            return Promise.resolve({ taken, refused: [] });
          },
        },
      },
      exports: {
        ...exports,
        calls: {
          ...exports.calls,
          plan: (request) => {
            written.push(request.outFolder);
            return exports.calls.plan(request);
          },
          start: ({ outFolder }) => {
            written.push(outFolder);
            return Promise.resolve({ batchId: 'x', files: 0, problems: [] });
          },
        },
      },
    },
  },
  [home, join(folder, 'not-there')],
).implementations;

function request(outFolder: string): Request {
  return {
    selection: [{ sessionId: 'x', playerIds: null }],
    presetId: null,
    choices: {
      formats: ['m4a'],
      layout: 'per-player',
      fragmented: false,
      projects: [],
      rate: '25',
      zone: null,
      fixedStart: null,
      offsetFrames: 0,
      align: 'session',
      nameTemplate: FAKE_SETTINGS.export.nameTemplate,
      existing: 'number',
    },
    outFolder,
  };
}

const WAYS_OUT = [
  '/',
  folder,
  outside,
  join(outside, 'takes'),
  `${home}/../homework`,
  `${home}/takes/../../homework`,
  join(home, 'way-out'),
  join(home, 'way-out', 'takes'),
  'home',
  '.',
  '',
  `${home}\0`,
];

test('opens nothing outside the roots, and says so path by path', async () => {
  const { taken, refused } = await app.library.calls.add({
    paths: [...WAYS_OUT, join(home, 'takes'), join(home, 'way-in'), join(home, 'nothing')],
    copy: false,
  });
  expect(added).toEqual([join(home, 'takes'), join(home, 'takes')]);
  expect(taken.map(({ path }) => path)).toEqual(added);
  expect(refused.map(({ path }) => path)).toEqual([...WAYS_OUT, join(home, 'nothing')]);
  expect(new Set(refused.map(({ trouble, path }) => trouble.message.replace(path, '')))).toEqual(
    new Set(['The page cannot reach .']),
  );
  expect(await app.library.calls.add({ paths: [outside], copy: true })).toMatchObject({ taken: [] });
  expect(added).toHaveLength(2);
});

test('writes nothing outside the roots, made or yet to be made', async () => {
  const more = [
    join(outside, 'new'),
    join(home, 'way-out', 'new', 'newer'),
    join(home, 'way-out-tomorrow'),
    join(home, 'way-out-tomorrow', 'new'),
    `${home}/new/../../homework/new`,
  ];
  for (const path of [...WAYS_OUT, ...more]) {
    await expect(app.exports.calls.plan(request(path))).rejects.toMatchObject({ code: 'not-found' });
    await expect(app.exports.calls.start(request(path))).rejects.toMatchObject({ code: 'not-found' });
  }
  expect(written).toEqual([]);
  expect(existsSync(join(outside, 'new'))).toBe(false);
});

test('writes where it may, also into folders that are not there yet, by their names without links', async () => {
  for (const path of ['takes', 'way-in', 'new', 'way-in/new/newer', 'new/../takes'])
    await app.exports.calls.start(request(`${home}/${path}`));
  const names = ['takes', 'takes', 'new', 'takes/new/newer', 'takes'];
  expect(written).toEqual(names.map((name) => join(home, name)));
});
