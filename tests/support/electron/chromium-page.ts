import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { speak } from './desk.ts';
import { current } from './state.ts';
import type { FakeWindow } from './window.ts';

/** Where a plain Chromium finds what Electron's serves as app://tailslate; a secure context all the same. */
const ORIGIN = 'http://tailslate.localhost';

/** The program's own scheme, as far as a page fetches from it. */
async function answer(
  url: string,
): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
  const response = await current.state.handlers.get('app')?.(
    new Request(url.replace(ORIGIN, 'app://tailslate')),
  );
  if (response === undefined) return { status: 404, headers: {}, body: Buffer.alloc(0) };
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

/**
 * The same over a socket, for a page's worklets, whose code Chromium fetches past all that a test can intercept.
 * @returns the argument that leads a browser there, and what ends it.
 */
export async function serveWorklets(): Promise<{ readonly argument: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    void answer(`${ORIGIN}${request.url ?? ''}`).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    argument: `--host-resolver-rules=MAP ${new URL(ORIGIN).hostname}:80 127.0.0.1:${port}`,
    close: () => server.close(),
  };
}

/** What the page's world holds to be told of the host's messages. */
interface Hearing {
  readonly tailslateHear?: (channel: string, message: unknown) => void;
}

/**
 * Opens a window's page in Chromium the way Electron would: files and headers from the program's own scheme handler,
 * the built preload script before anything of the page, with a stand-in for the `electron` it requires. The script
 * shares the page's world here, so isolation itself is not shown; what the script hands over is. Pages of one context
 * share their origin's channels and storage, as windows of the program do.
 */
export async function openInChromium(
  browser: Browser | BrowserContext,
  window: FakeWindow,
  preload: string,
): Promise<Page> {
  const page = await browser.newPage();
  const frame = window.webContents.mainFrame;
  await page.exposeFunction('tailslateHost', (channel: string, message: unknown) =>
    speak(window, channel, message),
  );
  frame.onSend = (channel, ...args) => {
    // A page that is being left takes no more messages, as in Electron.
    page
      .evaluate(([name, message]) => (globalThis as unknown as Hearing).tailslateHear?.(name, message), [
        channel,
        args[0],
      ] as const)
      .catch(() => undefined);
  };
  await page.addInitScript(`{
    const listeners = new Map();
    const tell = globalThis.tailslateHost;
    delete globalThis.tailslateHost;
    globalThis.tailslateHear = (channel, message) => listeners.get(channel)?.({ sender: 'electron' }, message);
    const electron = {
      contextBridge: { exposeInMainWorld: (name, api) => { globalThis[name] = Object.freeze(api); } },
      ipcRenderer: {
        on: (channel, listener) => listeners.set(channel, listener),
        send: (channel, message) => void tell(channel, message),
      },
      webUtils: { getPathForFile: (file) => '/dropped/' + file.name },
    };
    ((require) => { ${readFileSync(preload, 'utf8')} })((name) => {
      if (name !== 'electron') throw new Error('a sandboxed script cannot require ' + name);
      return electron;
    });
  }`);
  await page.route(`${ORIGIN}/**`, async (route) => {
    await route.fulfill(await answer(route.request().url()));
  });
  await page.goto(window.webContents.mainFrame.url.replace('app://tailslate', ORIGIN));
  return page;
}
