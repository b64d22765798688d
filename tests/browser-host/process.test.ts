import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { browserOpener } from '../../electron/browser-host/open-browser.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { spawned } from '../support/cli.ts';
import { writePage } from './running-host.ts';

const PROGRAM = join(import.meta.dirname, '..', 'support', 'serve-fake.ts');
const folder = temporaryFolder();
const page = writePage(folder);
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['SIGINT', 'SIGTERM'] as const)('%s closes the program in order', async (signal) => {
  const child = spawn(process.execPath, [PROGRAM, page], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await expect.poll(() => text).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n/);
  const ended = new Promise((resolve) => child.once('close', resolve));
  // A connection that is kept open must not keep the program.
  expect((await fetch(text.trim(), { redirect: 'manual' })).status).toBe(303);
  child.kill(signal);
  expect(await ended).toBe(0);
  expect(text).toMatch(/closed: true\n$/);
});

test('a library that another program has open is told', async () => {
  const { code, stderr, stdout } = await spawned(process.execPath, [PROGRAM, page, '0', '--locked']);
  expect([code, stdout, stderr]).toEqual([1, '', 'locked: Another Tailslate has the library open.\n']);
});

test('a browser is opened where somebody can see it', () => {
  expect(browserOpener('darwin', {})).toEqual(['open']);
  expect(browserOpener('win32', {})?.[0]).toBe('rundll32');
  expect(browserOpener('linux', { DISPLAY: ':0' })).toEqual(['xdg-open']);
  expect(browserOpener('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['xdg-open']);
  expect(browserOpener('linux', { DISPLAY: '' })).toBeUndefined();
});
