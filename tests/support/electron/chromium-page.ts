import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { speak } from './desk.ts';
import { current } from './state.ts';
import type { FakeWindow } from './window.ts';

/** Where a plain Chromium finds what Electron's serves as app://tailslate; a secure context all the same. */
const ORIGIN = 'http://tailslate.localhost';

/** What the page's world holds to be told of the host's messages. */
interface Hearing {
  readonly tailslateHear?: (channel: string, message: unknown) => void;
}

/**
 * Opens a window's page in Chromium the way Electron would: files and headers from the program's own scheme handler,
 * the built preload script before anything of the page, with a stand-in for the `electron` it requires. The script
 * shares the page's world here, so isolation itself is not shown; what the script hands over is.
 */
export async function openInChromium(browser: Browser, window: FakeWindow, preload: string): Promise<Page> {
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
    const url = route.request().url().replace(ORIGIN, 'app://tailslate');
    const answer = await current.state.handlers.get('app')?.(new Request(url));
    if (answer === undefined) await route.abort();
    else {
      const body = Buffer.from(await answer.arrayBuffer());
      await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body });
    }
  });
  await page.goto(window.webContents.mainFrame.url.replace('app://tailslate', ORIGIN));
  return page;
}
