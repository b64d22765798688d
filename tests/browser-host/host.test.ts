import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { startBrowserHost } from '../../electron/browser-host/host.ts';
import { mediaPath } from '../../shared/ipc/media-path.ts';
import { FakeApp } from '../support/fake-api.ts';
import { FAKE_SESSIONS } from '../support/fake-sessions.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { RunningHost, writePage } from './running-host.ts';

const folder = temporaryFolder();
const page = writePage(folder);
afterAll(() => rmSync(folder, { recursive: true }));

const running: RunningHost[] = [];
afterEach(async () => {
  for (const { host, app } of running.splice(0)) if (!app.closed) await host.close();
});
async function entered(changes: Parameters<typeof RunningHost.start>[1] = {}): Promise<RunningHost> {
  const visit = await RunningHost.start(page, changes);
  running.push(visit);
  await visit.enter();
  return visit;
}
const sessionId = FAKE_SESSIONS[0]?.sessionId ?? '';

test('calls, values and packets go over one socket', async () => {
  const visit = await entered();
  const { connection } = await visit.connect();
  const { api } = connection;
  expect((await api.app.info({})).version).toBe('0.0.0-fake');
  await expect(api.library.get({ sessionId: 'no' })).rejects.toMatchObject({ code: 'not-found' });
  const titles: string[] = [];
  api.watch('exports.queue', ({ value }) => value.batches.forEach(({ title }) => titles.push(title)));
  const { choices } = (await api.exports.offers({})).presets[0] ?? expect.fail('no preset');
  const selection = [{ sessionId, playerIds: null }];
  await api.exports.start({ selection, presetId: null, choices, outFolder: '/out' });
  await expect.poll(() => titles).toEqual(['Roundtable 25']);
  await connection.sendPackets(Uint8Array.of(1, 2, 3));
  expect(visit.app.frames).toEqual([Uint8Array.of(1, 2, 3)]);
});

test('media comes by its path, and what is wrong with it as an error', async () => {
  const visit = await entered();
  const peaks = mediaPath({ kind: 'peaks', sessionId, playerId: 'player-0', level: 1, start: 0, blocks: 10 });
  const answer = await visit.get(`/${peaks}`);
  expect([answer.status, answer.headers['content-length']]).toEqual([200, '60']);
  expect((await visit.get(`/${peaks.replace(sessionId, 'none')}`)).status).toBe(404);
  for (const path of ['media/', 'media/peaks/~a/~b', 'media/other/~a/~b?start=0&end=1', `${peaks}0.5`]) {
    const { status, text } = await visit.get(`/${path}`);
    expect([status, JSON.parse(text)]).toMatchObject([400, { code: 'usage' }]);
  }
});

test('what goes wrong inside is told without its insides', async () => {
  const visit = await entered({
    media: {
      read: () => {
        throw new TypeError('secret');
      },
    },
  });
  const { status, text } = await visit.get('/media/packets/~a/~b?start=0&end=1');
  expect([status, text.includes('secret')]).toEqual([500, false]);
  expect(visit.faults).toEqual(['media: TypeError: secret']);
});

test('a tab that is killed during a call harms nobody else', async () => {
  const visit = await entered();
  const { socket } = await visit.connect();
  socket.send(JSON.stringify({ kind: 'call', id: 1, name: 'library.storage', input: {} }));
  socket.terminate();
  const { connection } = await visit.connect();
  expect((await connection.api.library.storage({})).sessions).toBe(3);
  expect(visit.faults).toEqual([]);
});

test('a tab that reads nothing holds up nobody else', async () => {
  const visit = await entered();
  const { socket, connection } = await visit.connect();
  connection.api.watch('library.state', () => undefined);
  await connection.api.library.tags({});
  socket.pause();
  for (let done = 0; done < 5000; done++)
    visit.app.library.set({ ...visit.app.library.value, sessions: done });
  const other = await visit.connect();
  const seen: number[] = [];
  other.connection.api.watch('library.state', ({ value }) => void seen.push(value.sessions));
  await expect.poll(() => seen).toEqual([4999]);
  socket.terminate();
});

test('a message beyond all measure closes the socket that sent it', async () => {
  const visit = await entered();
  const { socket, connection } = await visit.connect();
  const closed = once(socket, 'close');
  socket.send('x'.repeat(49 * 1024 * 1024));
  await closed;
  expect(connection.connected).toBe(false);
  expect((await (await visit.connect()).connection.api.app.info({})).version).toBe('0.0.0-fake');
});

test('a socket opens on its own path only, and sixteen at most', async () => {
  const visit = await entered();
  expect(await visit.socket({}, '/other')).toBe(404);
  const sockets: WebSocket[] = [];
  for (let count = 0; count < 16; count++) {
    const socket = await visit.socket();
    if (typeof socket !== 'number') sockets.push(socket);
  }
  expect(sockets.length).toBe(16);
  expect(await visit.socket()).toBe(503);
});

test('closing ends calls under way, lets the port go and closes the program', async () => {
  const visit = await entered();
  const { connection, socket } = await visit.connect();
  const closed = once(socket, 'close');
  await visit.host.close();
  await closed;
  expect(visit.app.closed).toBe(true);
  await expect(connection.api.app.info({})).rejects.toMatchObject({ code: 'disconnected' });
  await expect(visit.get('/')).rejects.toThrow('ECONNREFUSED');
});

test('a port that is taken, and a page that is not built, are told and close the program', async () => {
  const visit = await entered();
  const starts = [
    { port: visit.port, pageFolder: page, code: 'unavailable', next: /--port/ },
    { port: 0, pageFolder: join(folder, 'none'), code: 'not-found', next: /./ },
    { port: 0, pageFolder: join(page, 'assets'), code: 'not-found', next: /npm run build/ },
  ];
  for (const { port, pageFolder, code, next } of starts) {
    const app = new FakeApp();
    const start = startBrowserHost({ app, port, pageFolder, onFault: () => undefined });
    await expect(start).rejects.toMatchObject({ code, next: expect.stringMatching(next) as string });
    expect(app.closed).toBe(true);
  }
});
