import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connect } from '../../shared/ipc/connect.ts';
import { contract } from '../../shared/ipc/contract.ts';
import { webSocketPort } from '../../shared/ipc/web-socket-port.ts';
import { startBrowserHost } from '../../electron/browser-host/host.ts';
import { WebSocket } from 'ws';
import { FakeApp } from '../support/fake-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Tailslate</title>');
writeFileSync(join(folder, 'assets/app.js'), 'export {};');
afterAll(() => rmSync(folder, { recursive: true }));

test('lets a browser in by the token and serves page, calls and media to it', async () => {
  const app = new FakeApp();
  const host = await startBrowserHost({ app, pageFolder: folder, port: 0, onFault: () => undefined });
  const { origin, host: name } = new URL(host.url);
  const entrance = await fetch(host.url, { redirect: 'manual' });
  expect(entrance.status).toBe(303);
  expect(entrance.headers.get('location')).toBe('/');
  const cookie = entrance.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await fetch(origin, { headers: { cookie } });
  expect(await page.text()).toContain('Tailslate');
  const socket = new WebSocket(`ws://${name}/ipc`, { origin, headers: { cookie } });
  const port = webSocketPort(socket);
  await new Promise((resolve) => socket.once('open', resolve));
  const { api } = connect(contract, port, () => undefined);
  expect((await api.app.info({})).version).toBe('0.0.0-fake');
  await host.close();
  expect(app.closed).toBe(true);
});
