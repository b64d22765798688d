import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bridge } from '../../shared/ipc/bridge.ts';
import { openInChromium } from '../support/electron/chromium-page.ts';
import { type Desk, settled, startDesk } from '../support/electron/desk.ts';
import { needs, programPath } from '../support/programs.ts';

/** What the page's world holds. */
interface Held {
  readonly tailslate: Bridge;
}

const root = join(import.meta.dirname, '..', '..');
const preload = join(root, 'out', 'preload', 'index.cjs');

test('the built preload script is one file that requires nothing but electron', () => {
  const text = readFileSync(preload, 'utf8');
  expect([...text.matchAll(/\brequire\(([^)]*)\)/g)].map(([, name]) => name)).toEqual(['"electron"']);
  expect(text).not.toMatch(/\bimport\b[ (]|\beval\(|new Function/);
  expect(() => execFileSync(process.execPath, ['--check', preload])).not.toThrow();
});

describe('a page in Chromium, with the built preload script', needs('chromium'), () => {
  let browser: Browser;
  let desk: Desk;
  let page: Page;
  const violations: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: programPath('chromium'), args: ['--no-sandbox'] });
    desk = await startDesk({
      prepare: (_electron, _core, parts) =>
        Object.assign(parts, { rendererFolder: join(root, 'out', 'renderer') }),
    });
    page = await openInChromium(browser, desk.window, preload);
    page.on('console', (message) => {
      if (message.type() === 'error') violations.push(message.text());
    });
  });

  afterAll(() => browser.close());

  /** Sends a message and waits for the answer of this kind. */
  const ask = (message: object, kind: string): Promise<unknown> =>
    page.evaluate(
      ([sent, awaited]) =>
        new Promise((resolve) => {
          const bridge = (globalThis as unknown as Held).tailslate;
          bridge.onMessage((got) => {
            if ((got as { readonly kind: string }).kind === awaited) resolve(got);
          });
          bridge.send({ ...sent });
        }),
      [message, kind] as const,
    );

  test('is the built window, under its policy', async () => {
    expect(await page.title()).toContain('Tailslate');
    // The window's own code runs and asks over the bridge what it runs in.
    await expect.poll(() => desk.core.calls.map(([name]) => name)).toContain('app.info');
    expect(violations).toEqual([]);
  });

  test('runs no script that is not ours', async () => {
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      try {
        script.textContent = 'globalThis.injected = true';
        document.body.append(script);
      } catch {
        // Trusted Types refuse the text already.
      }
      return Reflect.get(globalThis, 'injected') === true;
    });
    expect(ran).toBe(false);
    expect(
      await page.evaluate(() =>
        fetch('https://example.org/').then(
          () => true,
          () => false,
        ),
      ),
    ).toBe(false);
  });

  test('sees the bridge and nothing of Electron', async () => {
    const seen = await page.evaluate(() => ({
      bridge: Object.keys((globalThis as unknown as Held).tailslate).sort(),
      others: ['require', 'process', 'ipcRenderer', 'electron', 'Buffer', 'module'].filter(
        (name) => name in globalThis,
      ),
      path: (globalThis as unknown as Held).tailslate.pathOf(new File([], 'take.opus')),
    }));
    expect(seen).toEqual({
      bridge: ['close', 'onClose', 'onMessage', 'pathOf', 'prepareCapture', 'send'],
      others: [],
      path: '/dropped/take.opus',
    });
  });

  test('calls, and gets answers and errors', async () => {
    desk.core.answers.set('app.licences', () => ({ text: 'MIT' }));
    expect(await ask({ kind: 'call', id: 1, name: 'app.licences', input: {} }, 'answer')).toEqual({
      kind: 'answer',
      id: 1,
      output: { text: 'MIT' },
    });
    expect(await ask({ kind: 'call', id: 2, name: 'app.diagnose', input: {} }, 'failure')).toMatchObject({
      id: 2,
      error: { code: 'unavailable' },
    });
    expect(await ask({ kind: 'call', id: 3, name: 'app.diagnose', input: 5 }, 'failure')).toMatchObject({
      id: 3,
      error: { code: 'usage' },
    });
  });

  test('sends packet frames as bytes', async () => {
    const taken = page.evaluate(
      () =>
        new Promise((resolve) => {
          const bridge = (globalThis as unknown as Held).tailslate;
          bridge.onMessage((got) => {
            if ((got as { readonly kind: string }).kind === 'taken') resolve(got);
          });
          bridge.send(Uint8Array.of(9, 8, 7));
        }),
    );
    expect(await taken).toEqual({ kind: 'taken', error: null });
    expect([...(desk.core.packets[0] ?? [])]).toEqual([9, 8, 7]);
  });

  test('opens the capture window, which stays when the page is reloaded', async () => {
    await page.evaluate(() => (globalThis as unknown as Held).tailslate.prepareCapture());
    await expect.poll(() => desk.electron.windows.length).toBe(2);
    await page.reload();
    await settled();
    expect(desk.electron.windows[1]?.destroyed).toBe(false);
    desk.core.answers.set('app.licences', () => ({ text: 'again' }));
    expect(await ask({ kind: 'call', id: 1, name: 'app.licences', input: {} }, 'answer')).toMatchObject({
      output: { text: 'again' },
    });
  });
});
