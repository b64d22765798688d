import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { PAGE } from '../../electron/main/scheme.ts';
import { CHANNEL } from '../../shared/ipc/bridge.ts';
import { mediaPath } from '../../shared/ipc/media-path.ts';
import { attempt, FakeFrame, FakeWebContents } from '../support/electron/contents.ts';
import { connectPage, type Desk, settled, speak, startDesk } from '../support/electron/desk.ts';
import { emitters } from '../support/electron/state.ts';
import { FakeWindow } from '../support/electron/window.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('windows', () => {
  test('run sandboxed, isolated, without Node, with web security; none is opened otherwise', async () => {
    const { electron, window } = await startDesk();
    connectPage(window);
    speak(window, CHANNEL.prepareCapture);
    expect(electron.windows).toHaveLength(2);
    for (const { options } of electron.windows) {
      expect(options.webPreferences).toMatchObject({
        preload: '/app/out/preload/index.cjs',
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        navigateOnDragDrop: false,
      });
      expect(options.webPreferences).not.toHaveProperty('enableBlinkFeatures');
      expect(options.webPreferences).not.toHaveProperty('additionalArguments');
    }
  });

  test('stay on their page: navigation, redirects, new windows, webviews, downloads are refused', async () => {
    const { window } = await startDesk();
    const { webContents } = window;
    const hostile = [
      'https://example.org/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
      'app://tailslate.evil/index.html',
      'app://evil/index.html',
      'app://user@tailslate/index.html',
      PAGE.capture,
      'app://tailslate/other.html',
      'not a url',
    ];
    for (const event of ['will-navigate', 'will-frame-navigate']) {
      for (const url of hostile) {
        expect(webContents.attempt(event, { url, isMainFrame: true }), url).toBe(true);
      }
      expect(webContents.attempt(event, { url: PAGE.window, isMainFrame: false })).toBe(true);
      expect(webContents.attempt(event, { url: `${PAGE.window}#x`, isMainFrame: true })).toBe(false);
    }
    expect(webContents.attempt('will-redirect', { url: PAGE.window })).toBe(true);
    expect(webContents.attempt('will-attach-webview')).toBe(true);
    expect(webContents.openHandler?.({} as Electron.HandlerDetails)).toEqual({ action: 'deny' });
    expect(attempt(emitters.session, 'will-download')).toBe(true);
    const refused = vi.fn();
    expect(webContents.attempt('certificate-error', {}, 'u', 'e', {}, refused)).toBe(true);
    expect(refused).toHaveBeenCalledWith(false);
  });

  test('contents that nobody of ours made may go nowhere at all', async () => {
    await startDesk();
    const stranger = new FakeWebContents();
    emitters.app.emit('web-contents-created', {}, stranger);
    expect(stranger.attempt('will-navigate', { url: PAGE.window, isMainFrame: true })).toBe(true);
  });
});

describe('permissions', () => {
  const own = { isMainFrame: true, requestingUrl: PAGE.window };
  const request = (
    { electron, window }: Desk,
    permission: string,
    details: object,
    contents: object = window.webContents,
  ): Promise<boolean> =>
    new Promise((resolve) =>
      electron.permissionRequest?.(
        contents as Electron.WebContents,
        permission as 'media',
        resolve,
        details as Electron.MediaAccessPermissionRequest,
      ),
    );
  const check = (
    { electron, window }: Desk,
    permission: string,
    origin: string,
    details: object,
    contents: object | null = window.webContents,
  ): boolean | undefined =>
    electron.permissionCheck?.(
      contents as Electron.WebContents,
      permission as 'media',
      origin,
      details as Electron.PermissionCheckHandlerHandlerDetails,
    );

  test('the microphone is granted to our own pages', async () => {
    const desk = await startDesk();
    expect(await request(desk, 'media', { ...own, mediaTypes: ['audio'] })).toBe(true);
    expect(check(desk, 'media', 'app://tailslate/', { isMainFrame: true, mediaType: 'audio' })).toBe(true);
  });

  test('nothing else is, and not to others', async () => {
    const desk = await startDesk();
    const refused: [string, object, object?][] = [
      ['media', { ...own, mediaTypes: ['audio', 'video'] }],
      ['media', { ...own, mediaTypes: ['video'] }],
      ['media', { ...own, mediaTypes: [] }],
      ['media', own],
      ['media', { isMainFrame: true, requestingUrl: 'https://example.org', mediaTypes: ['audio'] }],
      ['media', { isMainFrame: false, requestingUrl: PAGE.window, mediaTypes: ['audio'] }],
      ['media', { ...own, mediaTypes: ['audio'] }, new FakeWebContents()],
    ];
    const permissions = [
      'display-capture', 'geolocation', 'notifications', 'midi', 'midiSysex', 'hid', 'serial', 'usb',
      'clipboard-read', 'fileSystem', 'openExternal', 'pointerLock', 'idle-detection', 'window-management',
      'speaker-selection', 'storage-access', 'local-fonts', 'screen-wake-lock', 'unknown',
    ]; // prettier-ignore
    for (const permission of permissions) refused.push([permission, { ...own, mediaTypes: ['audio'] }]);
    for (const [permission, details, contents] of refused) {
      expect(await request(desk, permission, details, contents), permission).toBe(false);
    }
    const audio = { isMainFrame: true, mediaType: 'audio' };
    for (const permission of permissions)
      expect(check(desk, permission, 'app://tailslate/', audio), permission).toBe(false);
    expect(check(desk, 'media', 'app://tailslate/', { ...audio, mediaType: 'video' })).toBe(false);
    expect(check(desk, 'media', 'app://tailslate/', { ...audio, mediaType: 'unknown' })).toBe(false);
    expect(check(desk, 'media', 'https://example.org/', audio)).toBe(false);
    expect(check(desk, 'media', 'app://tailslate/', { ...audio, isMainFrame: false })).toBe(false);
    expect(check(desk, 'media', 'app://tailslate/', audio, null)).toBe(false);
  });

  test('devices and screens are refused wherever they are chosen', async () => {
    const { electron } = await startDesk();
    expect(electron.devicePermission?.({} as Electron.DevicePermissionHandlerHandlerDetails)).toBe(false);
    const streams = vi.fn();
    electron.displayMedia?.({} as Electron.DisplayMediaRequestHandlerHandlerRequest, streams);
    expect(streams).toHaveBeenCalledWith(null);
    const pairing = vi.fn();
    electron.bluetooth?.({} as Electron.BluetoothPairingHandlerHandlerDetails, pairing);
    expect(pairing).toHaveBeenCalledWith({ confirmed: false });
    const choose = vi.fn();
    expect(attempt(emitters.session, 'select-hid-device', {}, {}, choose)).toBe(true);
    expect(attempt(emitters.session, 'select-usb-device', {}, {}, choose)).toBe(true);
    expect(attempt(emitters.session, 'select-serial-port', {}, [], {}, choose)).toBe(true);
    expect(choose.mock.calls).toEqual([[], [], ['']]);
  });
});

describe('messages', () => {
  const call = { kind: 'call', id: 1, name: 'app.info', input: {} };

  test('cross in both directions, packets too', async () => {
    const { core, window } = await startDesk();
    const page = connectPage(window);
    core.answers.set('library.tags', () => ({ tags: [] }));
    await expect(page.api.app.licences({})).rejects.toMatchObject({ code: 'unavailable' });
    await page.sendPackets(Uint8Array.of(1, 2, 3));
    expect(core.packets).toEqual([Uint8Array.of(1, 2, 3)]);
  });

  test('of a page that has closed are not heard', async () => {
    const { core, window } = await startDesk();
    const page = connectPage(window);
    page.close();
    speak(window, CHANNEL.message, call);
    await settled();
    expect(core.calls).toEqual([]);
  });

  test('of anyone but the main frame of our window on its own page are not heard', async () => {
    const { core, electron, window, userDataFolder } = await startDesk();
    const { mainFrame } = window.webContents;
    const child = new FakeFrame();
    child.url = PAGE.window;
    child.parent = mainFrame;
    const twin = new FakeFrame();
    twin.url = PAGE.window;
    const stranger = new FakeWindow();
    stranger.webContents.mainFrame.url = PAGE.window;
    const frames = [mainFrame, child, twin, stranger.webContents.mainFrame];
    const say = (target: FakeWindow, frame?: FakeFrame | null): void => {
      speak(target, CHANNEL.open, undefined, frame);
      speak(target, CHANNEL.message, call, frame);
      speak(target, CHANNEL.message, Uint8Array.of(1), frame);
      speak(target, CHANNEL.prepareCapture, undefined, frame);
      speak(target, CHANNEL.close, undefined, frame);
    };
    say(window, child);
    say(window, twin);
    say(window, null);
    say(stranger);
    for (const url of [
      'https://example.org/index.html',
      'app://evil/index.html',
      'app://tailslate/media/take/1',
      PAGE.capture,
      'about:blank',
      '',
    ]) {
      mainFrame.url = url;
      say(window);
    }
    mainFrame.url = PAGE.window;
    mainFrame.detached = true;
    say(window);
    mainFrame.detached = false;
    // A page that says nothing first has no connection either.
    speak(window, CHANNEL.message, call);
    await settled();
    expect(core.calls).toEqual([]);
    expect(core.packets).toEqual([]);
    expect(electron.windows).toHaveLength(2);
    for (const frame of frames) expect(frame.sent).toEqual([]);
    expect(readFileSync(join(userDataFolder, 'faults.log'), 'utf8')).toContain('refused: message on');

    const page = connectPage(window);
    say(window, child);
    await settled();
    expect(core.calls).toEqual([]);
    expect(page.ended).toBe(false);
  });

  test('a reload ends the earlier connection and is not told of it', async () => {
    const { core, window } = await startDesk();
    connectPage(window);
    let answer: (value: object) => void = () => undefined;
    core.answers.set('app.licences', () => new Promise((resolve) => (answer = resolve)));
    speak(window, CHANNEL.message, { kind: 'call', id: 7, name: 'app.licences', input: {} });
    const page = connectPage(window);
    answer({ text: 'for the page before' });
    await settled();
    expect(page.ended).toBe(false);
    expect(page.heard).toEqual([{ kind: 'hello', runId: 'run-1' }]);
  });

  test("what an earlier document still says is not taken for the next one's", async () => {
    const { core, window } = await startDesk();
    connectPage(window);
    const earlier = window.webContents.mainFrame;
    window.webContents.mainFrame = new FakeFrame();
    window.webContents.mainFrame.url = PAGE.window;
    const page = connectPage(window);
    speak(window, CHANNEL.message, call, earlier);
    speak(window, CHANNEL.close, undefined, earlier);
    await settled();
    expect(core.calls).toEqual([]);
    await expect(page.api.app.licences({})).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('a crash and a closed window end what they watch', async () => {
    const { core, window } = await startDesk();
    const page = connectPage(window);
    page.api.watch('recording.state', () => undefined);
    const heard = page.heard.length;
    window.crash();
    core.set('recording.state', null);
    expect(page.heard).toHaveLength(heard);
  });
});

test('links open outside only from the list', async () => {
  const { electron, window } = await startDesk();
  const { api } = connectPage(window);
  const open = (url: string) => api.desktop.openExternal({ url });
  await open('https://opentimeline.io/spec');
  expect(electron.opened).toEqual(['https://opentimeline.io/spec']);
  for (const url of [
    'https://opentimeline.io.evil.org/',
    'https://evil.org/https://opentimeline.io/',
    'https://user:pass@opentimeline.io/',
    'https://opentimeline.io:8443/',
    'http://opentimeline.io/',
    'file:///etc/passwd',
    'smb://host/share',
    'ms-msdt:/id',
    'javascript:alert(1)',
    '',
  ]) {
    await expect(open(url), url).rejects.toMatchObject({ code: 'unsupported' });
  }
  expect(electron.opened).toHaveLength(1);
});

describe('app://', () => {
  const root = join(temporaryFolder(), 'out', 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'assets', 'main.js'), 'export {}');
  writeFileSync(join(root, '..', 'secret.js'), 'secret');
  writeFileSync(join(root, 'notes.txt'), 'secret');
  const ask = async (url: string, init?: RequestInit): Promise<Response> => {
    const { electron } = await startDesk({
      prepare: (_electron, _core, parts) => Object.assign(parts, { rendererFolder: root }),
    });
    // A request as Electron makes it: the address is not tidied up by Node's Request.
    const request = { url, method: init?.method ?? 'GET', headers: new Headers(init?.headers) };
    const handler = electron.handlers.get('app');
    if (handler === undefined) throw new Error('nobody answers app://');
    return await handler(request as Request);
  };

  test('serves the built window with its policy', async () => {
    const page = await ask(PAGE.window);
    expect(page.status).toBe(200);
    expect(await page.text()).toBe('<!doctype html>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|data:|blob:|\*|https?:/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await ask('app://tailslate/assets/main.js?v=1');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  test.each([
    '/../secret.js', '/..%2fsecret.js', '/%2e%2e/secret.js', '/%2e%2e%2fsecret.js', '/assets/../../secret.js',
    '/..\\secret.js', '/..%5csecret.js', '/%252e%252e%252fsecret.js', '/assets/%2e%2e/%2e%2e/secret.js',
    '/%c0%ae%c0%ae/secret.js', '/%u002e%u002e/secret.js', '/....//secret.js', '//secret.js', '/.%2e/secret.js',
    '/%00/../secret.js', '/index.html%00.js', '/C:/secret.js', '/C%3a%5csecret.js', '/index.html::$DATA',
    '/index.html:x.js', '/.hidden.js', '/assets/', '/assets', '/', '', '/notes.txt', '/INDEX.HTML/', '/%', '/media',
  ])('gives nothing for %j', async (path) => {
    const answer = await ask(`app://tailslate${path}`);
    expect([403, 404]).toContain(answer.status);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  }); // prettier-ignore

  test.each([
    '/media/',
    '/media/none',
    '/media/..%2findex.html',
    '/media/packets/../../../secret.js',
    '/media/packets/~a/~b?start=-1&end=2',
  ])('reads no media for %j', async (path) =>
    expect([400, 403, 404]).toContain((await ask(`app://tailslate${path}`)).status),
  );

  test('answers for our own host and for reading only', async () => {
    expect((await ask('app://evil/index.html')).status).toBe(403);
    expect((await ask('app://x@tailslate/index.html')).status).toBe(403);
    expect((await ask(PAGE.window, { method: 'POST' })).status).toBe(405);
  });

  test('media are what the core reads, and its refusals', async () => {
    const request = {
      sessionId: 'take/1',
      playerId: '..',
      kind: 'packets',
      startSamples: 0,
      endSamples: 9,
    } as const;
    const audio = await ask(`app://tailslate/${mediaPath(request)}`);
    expect(audio.status).toBe(200);
    expect((await audio.bytes()).length).toBe(1000);
    expect(audio.headers.get('content-type')).toBe('application/octet-stream');
    const missing = await ask(`app://tailslate/${mediaPath({ ...request, sessionId: 'gone' })}`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ code: 'not-found' });
  });
});
