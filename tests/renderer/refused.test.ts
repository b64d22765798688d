import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WindowState } from '../../renderer/state/window.svelte.ts';
import { contract } from '../../shared/ipc/contract.ts';
import { serveGallery } from '../support/gallery.ts';
import { needs, programPath } from '../support/programs.ts';

interface GalleryGlobals {
  readonly galleryWindow: WindowState;
}

interface Refused {
  /** The place, as the gallery's address names it. */
  readonly at: string;
  /** What a person does there. */
  readonly act?: (window: WindowState) => unknown;
  /** The button that does it. */
  readonly button?: string;
  /** What is there all the same. */
  readonly kept?: string;
}

const LIBRARY = 'place=library&select=1';
const SESSION = 'place=session';
const DURING = 'place=record&recording=during';
const TITLE = 'Salt, smoke and the long winter';

/** Every call of the contract that a window makes, and where a person stands when it is refused. */
const REFUSED: Readonly<Record<string, Refused>> = {
  'app.diagnose': { at: 'place=report' },
  'app.licences': { at: 'place=settings&page=about', button: 'Licences' },
  'library.list': { at: 'place=library' },
  'library.ids': { at: LIBRARY, act: (window) => window.commands.run('edit.selectAll'), kept: TITLE },
  'library.get': { at: SESSION },
  'library.lanes': { at: SESSION, kept: 'Marit Solheim' },
  'library.edit': { at: LIBRARY, act: (window) => window.library.rename('ep-48', 'Other'), kept: TITLE },
  'library.editPlayer': {
    at: SESSION,
    act: ({ session }) => session.renamePlayer(session.detail?.players[0]?.playerId ?? '', 'Other'),
    kept: 'Marit Solheim',
  },
  'library.setTimecode': { at: SESSION, act: ({ session }) => session.setTimecode({ rate: '30' }) },
  'library.putMarker': { at: SESSION, act: (window) => window.commands.run('session.addMarker') },
  'library.removeMarker': {
    at: SESSION,
    act: ({ session }) => session.removeMarker(session.detail?.markers[1]?.markerId ?? ''),
    kept: 'Cold open',
  },
  'library.add': { at: LIBRARY, act: ({ adding }) => adding.bring(['/one.zip']), kept: TITLE },
  'library.cancelAdding': { at: `${LIBRARY}&add`, button: 'Stop adding', kept: 'Adding sessions' },
  'library.addSample': { at: LIBRARY, act: (window) => window.commands.run('file.sample'), kept: TITLE },
  'library.trash': { at: LIBRARY, act: (window) => window.commands.run('edit.trash'), kept: '1 selected' },
  'library.restore': {
    at: LIBRARY,
    act: async ({ library, toasts }) => {
      await library.trash(['ep-47']);
      toasts.undo();
    },
    kept: TITLE,
  },
  'library.tags': { at: LIBRARY, kept: TITLE },
  'library.storage': { at: LIBRARY, kept: TITLE },
  'library.check': { at: 'place=settings&page=library', button: 'Check' },
  'library.rebuild': { at: 'place=settings&page=library', button: 'Make anew' },
  'library.verifyLogs': { at: SESSION, button: 'Verify logs' },
  'exports.offers': { at: 'place=settings&page=presets', kept: 'Archive' },
  'exports.plan': { at: 'place=sheet&select=1' },
  'exports.start': { at: 'place=sheet&select=1', act: ({ sheet }) => sheet.start() },
  'exports.cancel': { at: 'place=exports', act: ({ exports }) => exports.cancelBatch('b1') },
  'exports.retry': { at: 'place=exports', act: ({ exports }) => exports.retryBatch('b1') },
  'exports.pause': { at: 'place=exports', button: 'Pause' },
  'exports.resume': { at: 'place=exports', act: ({ exports }) => exports.pause(false) },
  'exports.clear': { at: 'place=exports', act: ({ exports }) => exports.clearFinished() },
  'exports.items': { at: 'place=exports', act: ({ exports }) => exports.items('b1'), kept: 'Pause' },
  'exports.history': { at: 'place=exports', kept: 'Pause' },
  'exports.report': { at: 'place=exports', act: ({ exports }) => exports.report('b1', 'csv') },
  'settings.change': {
    at: 'place=settings&page=appearance',
    act: ({ settings }) => settings.edit({ appearance: { textSize: 150 } }),
  },
  'settings.savePreset': { at: 'place=settings&page=presets', button: 'Duplicate', kept: 'Archive' },
  'settings.removePreset': {
    at: 'place=settings&page=presets',
    act: ({ settings }) => settings.removePreset(settings.presets.at(-1)?.presetId ?? ''),
  },
  'recording.start': { at: 'place=record&recording=before', act: ({ record }) => record.begin() },
  'recording.stop': { at: DURING, act: ({ record }) => record.end(), kept: 'Cold open' },
  'recording.mute': { at: DURING, act: ({ record }) => record.mute(0, true) },
  'recording.device': { at: DURING, act: ({ record }) => record.replace(3, 'Scarlett 18i20') },
  'recording.addMarker': { at: DURING, act: ({ record }) => record.mark('marker', 0) },
  'recording.renameMarker': {
    at: DURING,
    act: ({ record }) => record.nameMarker('a', 'Other'),
    kept: 'Cold open',
  },
  'recording.renameTrack': { at: DURING, act: ({ record }) => record.rename(0, 'Other') },
  'recording.dismissAlert': {
    at: DURING,
    act: ({ record }) => record.dismissAlert('alert-1'),
    kept: 'Noor Haddad',
  },
  'desktop.pickFolder': { at: `${LIBRARY}&native`, act: (window) => window.commands.run('file.open') },
  'desktop.pickPaths': { at: `${LIBRARY}&native`, act: (window) => window.commands.run('file.import') },
  'desktop.reveal': { at: LIBRARY, act: (window) => window.commands.run('file.reveal') },
  'desktop.listFolder': { at: 'place=folders' },
  'desktop.makeFolder': {
    at: 'place=folders',
    act: async ({ folders }) => {
      await folders.enter('/home/marit');
      await folders.makeFolder('New');
    },
  },
};

/** Calls that no place makes. */
const OTHERS: Readonly<Record<string, string>> = {
  'app.info': 'before there is a window: StartFailed',
  'app.describeCommands': 'with every change, for the menu of the system; nobody asked for it',
  'app.noteFault': 'the last resort itself',
  'settings.get': 'for the terminal; the window watches',
  'recording.addTrack': 'the capture engine, which tells by its troubles',
  'recording.anchor': 'the capture engine, every minute',
  'recording.clock': 'the capture engine, which asks again',
  'desktop.openExternal': 'for the menu of the system',
};

test('every call of the contract has its place here', () => {
  const calls = Object.entries(contract).flatMap(([domain, { calls: declared }]) =>
    Object.keys(declared).map((name) => `${domain}.${name}`),
  );
  expect([...Object.keys(REFUSED), ...Object.keys(OTHERS)].sort()).toEqual(calls.sort());
});

describe('a call that is refused', needs('chromium'), () => {
  let server: Awaited<ReturnType<typeof serveGallery>>;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    server = await serveGallery();
    browser = await chromium.launch({ executablePath: programPath('chromium') });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  test.each(Object.entries(REFUSED))(
    '%s says what and what next',
    async (call, { at, act, button, kept }) => {
      await page.goto(`${server.address}/dev/gallery.html?${at}&fail=${call}`);
      await page.locator('html[data-ready]').waitFor();
      if (button !== undefined)
        await page.getByRole('button', { name: button, exact: false }).first().click();
      if (act !== undefined) {
        // The act stands in the page by its text.
        await page.evaluate(
          `void Promise.resolve((${act.toString()})(globalThis.galleryWindow)).catch((error) => galleryWindow.toasts.trouble(error))`,
        );
      }
      await page.getByText('The catalog is on a disk that does not answer.').first().waitFor();
      await page.getByText('Connect the disk, then try again.').first().waitFor();
      if (kept !== undefined) {
        const shown = page
          .getByText(kept)
          .or(page.locator(`input[value*="${kept}"]`))
          .or(page.getByRole('button', { name: kept }));
        await shown.first().waitFor();
      }
      expect(faults).toEqual([]);
    },
  );

  test('notes that could not be saved are still there, and saved by the next try', async () => {
    await page.goto(`${server.address}/dev/gallery.html?${SESSION}&fail=library.edit`);
    const notes = page.getByRole('textbox', { name: 'Notes' });
    await notes.fill('What must not be lost');
    await page.getByRole('button', { name: 'Library' }).first().click();
    await page.getByText('The catalog is on a disk that does not answer.').first().waitFor();
    await page.evaluate(() =>
      (globalThis as unknown as GalleryGlobals).galleryWindow.navigation.openSession('ep-48'),
    );
    await expect.poll(() => notes.inputValue()).toBe('What must not be lost');
    await page.getByText('Not saved yet').waitFor();
  });
});
