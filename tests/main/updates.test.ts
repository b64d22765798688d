import { EventEmitter } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hasUpdates, type Updater } from '../../electron/main/updates.ts';
import { settled, startDesk } from '../support/electron/desk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

/** An updater that finds what a test says. */
class FakeUpdater extends EventEmitter implements Updater {
  autoDownload = false;
  autoInstallOnAppQuit = false;
  logger: unknown = console;
  checks = 0;
  check: () => Promise<unknown> = () => Promise.resolve(null);
  checkForUpdates(): Promise<unknown> {
    this.checks++;
    return this.check();
  }
}

async function started(updater: FakeUpdater) {
  const desk = await startDesk({
    prepare: (_electron, _core, parts) => {
      Object.assign(parts, { loadUpdater: () => Promise.resolve(updater) });
    },
  });
  await settled();
  return desk;
}

describe('updates', () => {
  test('are looked for only by a packed program that was given a place', () => {
    expect(hasUpdates(true, folder)).toBe(false);
    mkdirSync(join(folder, 'resources'));
    writeFileSync(join(folder, 'resources', 'app-update.yml'), 'provider: generic');
    expect(hasUpdates(true, join(folder, 'resources'))).toBe(true);
    expect(hasUpdates(false, join(folder, 'resources'))).toBe(false);
  });

  test('are fetched once, announced, and put in place when the user quits', async () => {
    const updater = new FakeUpdater();
    const { electron } = await started(updater);
    expect([updater.checks, updater.autoDownload, updater.autoInstallOnAppQuit]).toEqual([1, true, true]);
    expect(updater.logger).toBeNull();
    expect(electron.notifications).toEqual([]);
    updater.emit('update-downloaded', { version: '0.2.0' });
    expect(electron.notifications).toMatchObject([
      { title: 'An update is ready', body: 'Tailslate 0.2.0 is put in place when you quit.' },
    ]);
    expect(electron.quits).toBe(0);
  });

  test('that cannot be had disturb nobody', async () => {
    const updater = new FakeUpdater();
    updater.check = () => Promise.reject(new Error('no network'));
    const { electron, window } = await started(updater);
    updater.emit('error', new Error('no network'));
    expect([electron.asked, electron.notifications]).toEqual([[], []]);
    expect(window.visible).toBe(true);
  });
});
