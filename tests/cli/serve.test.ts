import { PassThrough } from 'node:stream';
import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import type { AppFolders } from '../../electron/cli/browser-app.ts';
import { serveWith } from '../../electron/cli/commands/serve.ts';
import { Terminal } from '../../electron/cli/terminal.ts';
import { AppError } from '../../shared/model/errors.ts';
import { writePage } from '../browser-host/running-host.ts';
import { FakeApp } from '../support/fake-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const page = writePage(folder);
afterAll(() => rmSync(folder, { recursive: true }));

/** Output of a terminal, as text. */
function terminalOf(json: boolean) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let text = '';
  stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const streams = { stdout, stderr } as unknown as { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream };
  return { terminal: new Terminal({ json, ...streams }), printed: () => text };
}

const options = { port: '0', open: false, library: '/lib', allow: ['/takes', '/edit'] };

test.each([false, true])('serves until it is stopped, with --json %s', async (json) => {
  const app = new FakeApp();
  const { terminal, printed } = terminalOf(json);
  const stop = new AbortController();
  let folders: AppFolders | undefined;
  const run = serveWith((given) => {
    folders = given;
    return Promise.resolve(app);
  }, page);
  const ended = run([], options, { terminal, signal: stop.signal });
  await expect.poll(printed).toContain('?token=');
  const url = json ? (JSON.parse(printed()) as { url: string }).url : /http\S+/.exec(printed())?.[0];
  expect((await fetch(url ?? '', { redirect: 'manual' })).status).toBe(303);
  expect(folders).toEqual({
    libraryFolder: '/lib',
    userDataFolder: undefined,
    allowed: ['/takes', '/edit'],
  });
  stop.abort();
  expect(await ended).toBe(0);
  expect(app.closed).toBe(true);
});

test.each(['x', '-1', '65536', '1.5'])('port %s is wrong use', async (port) => {
  const { terminal } = terminalOf(false);
  const run = serveWith(() => Promise.resolve(new FakeApp()), page);
  const { signal } = new AbortController();
  await expect(run([], { ...options, port }, { terminal, signal })).rejects.toMatchObject({ code: 'usage' });
});

test('a library that is open elsewhere is passed on', async () => {
  const { terminal } = terminalOf(false);
  const run = serveWith(() => Promise.reject(new AppError('locked', 'It is open elsewhere.')), page);
  const { signal } = new AbortController();
  await expect(run([], options, { terminal, signal })).rejects.toMatchObject({ code: 'locked' });
});
