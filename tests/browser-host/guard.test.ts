import { rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { RunningHost, writePage } from './running-host.ts';

const folder = temporaryFolder();
let visit: RunningHost;
let outside: RunningHost;
beforeAll(async () => {
  const page = writePage(folder);
  visit = await RunningHost.start(page);
  await visit.enter();
  outside = await RunningHost.start(page);
});
afterAll(async () => {
  await visit.host.close();
  await outside.host.close();
  rmSync(folder, { recursive: true });
});

describe('the entrance', () => {
  test('a token lets in one browser, once, and leaves no trace in the address', async () => {
    const entered = await RunningHost.start(`${folder}/renderer`);
    const path = entered.host.url.slice(entered.origin.length);
    expect((await entered.get(path, {}, 'HEAD')).headers['set-cookie']).toBeUndefined();
    const { status, headers } = await entered.get(path);
    expect([status, headers['location']]).toEqual([303, '/']);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^tailslate-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(cookie).not.toContain(path.split('=')[1]);
    expect((await entered.get(path)).status).toBe(401);
    entered.cookie = cookie.split(';')[0] ?? '';
    expect((await entered.get(path)).status).toBe(303);
    await entered.host.close();
  });

  test.each(['/?token=', '/?token=x', `/?token=${'A'.repeat(43)}`, '/?token=a&token=b', '/?token=%00', '/'])(
    'nobody comes in by %s',
    async (path) => {
      const { status, headers, text } = await outside.get(path);
      expect(status).toBe(401);
      expect(headers['set-cookie']).toBeUndefined();
      expect(text).toContain('Open the address that Tailslate printed');
    },
  );

  test.each(['', 'tailslate-1=x', 'x=y; =; ;;', `tailslate-${'9'.repeat(5000)}=1`])(
    'nor with the cookie "%s"',
    async (cookie) => {
      for (const path of ['/', '/assets/app.js', '/media/peaks/~a/~b?level=0&start=0&blocks=1', '/nothing']) {
        expect((await outside.get(path, { cookie })).status).toBe(401);
      }
      expect(await outside.socket({ cookie })).toBe(401);
    },
  );
});

describe('other names and other pages', () => {
  test.each([
    'localhost',
    'evil.example',
    '127.0.0.1',
    '127.0.0.1:1',
    '[::1]',
    '127.1',
    '127.0.0.1.evil.example',
  ])('the host name %s is refused, whoever asks', async (host) => {
    expect((await visit.get('/', { host })).status).toBe(421);
    expect(await visit.socket({ host })).toBe(421);
  });

  test.each([
    'http://evil.example',
    'null',
    'http://localhost',
    'https://127.0.0.1',
    'http://127.0.0.1:1',
    '',
  ])('the origin "%s" is refused', async (origin) => {
    expect((await visit.get('/', { origin })).status).toBe(403);
    expect(await visit.socket({ origin })).toBe(403);
  });

  test.each(['cross-site', 'same-site'])('a %s request is refused', async (site) => {
    expect((await visit.get('/', { 'sec-fetch-site': site })).status).toBe(403);
    expect((await visit.get('/', { 'sec-fetch-site': 'none' })).status).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    '%s is refused, so no form can be sent',
    async (method) => {
      const { status, headers } = await visit.get('/', {}, method);
      expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
    },
  );

  test('a body is refused', async () => {
    expect((await visit.get('/', { 'content-length': '3' }, 'GET', 'abc')).status).toBe(400);
  });
});

describe('the page', () => {
  test('comes with every header that holds it in', async () => {
    const page = await visit.get('/');
    expect(page.status).toBe(200);
    for (const path of ['/', '/assets/app.js', '/nothing', '/media/x']) {
      const { headers } = await visit.get(path);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain(`connect-src 'self' ws://${visit.name}`);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  test.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/%2e%2e%2fsecret.json',
    '/..%2fsecret.json',
    '/..%5csecret.json',
    '/..\\secret.json',
    '/%252e%252e%252fsecret.json',
    '/%c0%ae%c0%ae/secret.json',
    '/....//secret.json',
    '//secret.json',
    '/assets/./app.js',
    '/assets//app.js',
    '/assets/app.js%00.png',
    '/ASSETS/app.js',
    '/assets',
    '/assets/',
    '/assets/notes.secret',
    '/renderer/index.html',
    '/index.html/',
    '/C:/Windows/win.ini',
    '/file:///etc/passwd',
    '/etc/passwd',
    '/__proto__',
    '/constructor',
    'http://evil.example/secret.json',
    '*',
  ])('nothing but its files is served: %s', async (path) => {
    const { status, text } = await visit.get(path);
    expect(status).toBe(404);
    expect(text).toBe('Tailslate: there is no such file.\n');
  });

  test('its files are served by their names', async () => {
    const { status, headers, text } = await visit.get('/assets/app.js');
    expect([status, headers['content-type'], text]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'export {};',
    ]);
    expect((await visit.get('/assets/app.js', {}, 'HEAD')).text).toBe('');
  });
});

test('a request that never ends is let go', async () => {
  const socket = connectTcp(visit.port, '127.0.0.1');
  const end = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.on('close', () => resolve(text));
  });
  socket.write('GET / HTTP/1.1\r\nHost: ');
  expect(await end).toMatch(/^(HTTP\/1.1 408|$)/);
});

test('headers beyond measure are refused', async () => {
  expect((await visit.get('/', { 'x-long': 'x'.repeat(20_000) })).status).toBe(431);
});
