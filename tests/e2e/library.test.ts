import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../support/programs.ts';
import { Desk, START_MILLIS } from './program.ts';
import { aLibrary } from './sessions.ts';

describe('a library of five sessions', needs('chromium'), () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.sit(aLibrary);
  }, START_MILLIS);
  afterAll(() => desk.leave());

  const row = (name: string): Locator => desk.page.getByRole('row', { name });
  const rows = (): Promise<number> => desk.page.getByRole('gridcell', { name: /0:00:/ }).count();
  const library = async (): Promise<void> => {
    await desk.page.getByRole('navigation').getByRole('button', { name: 'Library' }).click();
    await row('Letters from the lighthouse').waitFor();
  };

  test('what a crash left says what was kept', async () => {
    const { page } = desk;
    await row('Storm, cut off').getByText('Recovered', { exact: true }).first().waitFor();
    await desk.shot('library');
    await row('Storm, cut off').dblclick();
    await page.getByText('The recording was cut off.').waitFor();
    await desk.shot('recovered');
    await page.getByRole('button', { name: 'Show report' }).click();
    await page
      .getByRole('dialog')
      .getByText(/^Ada 200 packets/)
      .waitFor();
    await page.keyboard.press('Escape');
    await library();
  });

  test('damage is told with numbers', async () => {
    const { page } = desk;
    await row('With a hole').getByText('Damaged', { exact: true }).waitFor();
    await row('With a hole').dblclick();
    await page.getByText(/cannot be read\. All other packets are whole/).waitFor();
    await desk.shot('damaged');
    await page.getByRole('button', { name: 'Show report' }).click();
    await page.getByRole('dialog').getByText('What was found').waitFor();
    await desk.shot('damaged-report');
    await page.keyboard.press('Escape');
    await library();
  });

  test('words find sessions, and everything comes back', async () => {
    const { page } = desk;
    await page.keyboard.press('Control+f');
    await page.keyboard.type('lighth');
    await expect.poll(rows).toBe(1);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('nothing like it');
    await page.getByText('No session matches these words and filters.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(rows).toBe(5);
  });

  test('a new title is kept on the disk, and taken back', async () => {
    const { page } = desk;
    await row('On tape and salt').click();
    await page.keyboard.press('F2');
    await page.keyboard.type('On salt');
    await page.keyboard.press('Enter');
    await row('On salt').waitFor();
    await page.reload();
    await row('On salt').waitFor();
    await row('On salt').click();
    await page.keyboard.press('F2');
    await page.keyboard.type('On sand');
    await page.keyboard.press('Enter');
    await row('On sand').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await row('On salt').waitFor();
  });

  test('what was moved to the trash comes back', async () => {
    const { page } = desk;
    await row('The ferry that never sailed').click();
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await expect.poll(rows).toBe(4);
    await page.keyboard.press('Control+z');
    await expect.poll(rows).toBe(5);
    expect(existsSync(join(desk.folder, 'library', 'ferry'))).toBe(true);
  });

  test('three sessions go out by an item of the menu', async () => {
    const { page, folder } = desk;
    await row('The ferry that never sailed').click();
    await row('Letters from the lighthouse').click({ modifiers: ['Control'] });
    await row('On salt').click({ modifiers: ['Control'] });
    await page.getByText('3 selected').waitFor();
    await page.getByRole('button', { name: 'Batch export...' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Destination').fill(join(folder, 'out'));
    await sheet.getByRole('button', { name: 'Export 6 files' }).waitFor();
    await desk.shot('sheet-of-three');
    await page.keyboard.press('Escape');

    const api = await desk.otherClient();
    await api.settings.change({ export: { outFolder: join(folder, 'out') } });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('menuitem', { name: 'File' }).press('ArrowRight');
    await page.getByRole('menuitem', { name: 'Batch export' }).press('ArrowRight');
    await page.getByRole('menuitem', { name: 'Archive' }).waitFor();
    await desk.shot('menu');
    await page.getByRole('menuitem', { name: 'Archive' }).press('Enter');
    await page.getByRole('navigation').getByRole('button', { name: 'Exports' }).click();
    await expect.poll(() => page.getByText('Verified', { exact: true }).count()).toBe(6);
    await desk.shot('batch');
    const files = readdirSync(join(folder, 'out'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => name.endsWith('.m4a'))).toHaveLength(6);
    await library();
    await expect.poll(() => page.getByRole('gridcell', { name: 'Exported' }).count()).toBe(3);
  });

  test('theme and language change at once and are remembered', async () => {
    const { page } = desk;
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.keyboard.press('Control+,');
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByText('Dark', { exact: true }).click();
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
    const dark = await background();
    await page.getByText('Light', { exact: true }).click();
    await expect.poll(background).not.toBe(dark);
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('combobox', { name: 'Language' }).selectOption({ label: 'Deutsch' });
    await page.getByRole('heading', { name: 'Sprache' }).waitFor();
    await page.reload();
    await page.getByRole('navigation').getByRole('button', { name: 'Bibliothek' }).waitFor();
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('light');
    await desk.shot('german-light');
    expect(desk.faults).toEqual([]);
  });
});
