import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bridge } from '../../shared/ipc/bridge.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What the page's world holds. */
interface Held {
  readonly tailslate: Bridge;
}

const root = join(import.meta.dirname, '..', '..');

/** Electron's program, where it has been fetched; importing the package would fetch it. */
function electronPath(): string | undefined {
  const home = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const named = join(home, 'path.txt');
  const name = existsSync(named) ? readFileSync(named, 'utf8') : 'electron';
  const file = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(home, 'dist'), name);
  return existsSync(file) ? file : undefined;
}

const executablePath = electronPath();
const skip = executablePath === undefined;
const meta = skip ? { missingPrograms: ["Electron's binary (npx install-electron)"] } : {};

describe('the window in Electron', { skip, meta }, () => {
  const folder = temporaryFolder();
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    app = await _electron.launch({
      executablePath: executablePath ?? '',
      args: [root, '--user-data', join(folder, 'data'), '--library', join(folder, 'library')],
    });
    page = await app.firstWindow();
    await page.waitForLoadState();
  });

  afterAll(() => app.close());

  test('shows the built page on its own scheme', async () => {
    expect(page.url()).toBe('app://tailslate/index.html');
    expect(await page.evaluate(() => globalThis.isSecureContext)).toBe(true);
  });

  test('is isolated and sees nothing of Electron or Node', async () => {
    const seen = await page.evaluate(() => ({
      bridge: Object.keys((globalThis as unknown as Held).tailslate).sort(),
      others: ['require', 'process', 'ipcRenderer', 'Buffer', 'module'].filter((name) => name in globalThis),
    }));
    expect(seen.bridge).toEqual(['close', 'onClose', 'onMessage', 'pathOf', 'prepareCapture', 'send']);
    expect(seen.others).toEqual([]);
  });

  test('answers a call', async () => {
    const answer = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const bridge = (globalThis as unknown as Held).tailslate;
          bridge.onMessage((got) => {
            if ((got as { readonly id?: number }).id === 900_001) resolve(got);
          });
          bridge.send({ kind: 'call', id: 900_001, name: 'app.info', input: {} });
        }),
    );
    expect(answer).toMatchObject({ kind: 'answer', output: { host: 'electron' } });
  });

  test('serves nothing outside the built page', async () => {
    for (const path of ['/../main/index.js', '/%2e%2e/main/index.js', '/..%2fmain/index.js']) {
      const status = await page.evaluate((url) => fetch(url).then((got) => got.status), path);
      expect([403, 404], path).toContain(status);
    }
  });

  test('stays where it is', async () => {
    await page.evaluate(() => {
      location.href = 'https://example.org/';
    });
    expect(await page.evaluate(() => globalThis.open('https://example.org/'))).toBeNull();
    expect(page.url()).toBe('app://tailslate/index.html');
  });

  test('gets the microphone asked for, and no camera', async () => {
    const camera = await page.evaluate(() =>
      navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'granted',
        (error: unknown) => (error instanceof DOMException ? error.name : 'unknown'),
      ),
    );
    expect(['NotAllowedError', 'NotFoundError']).toContain(camera);
  });
});
