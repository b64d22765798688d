import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GALLERY, serveGallery } from '../support/gallery.ts';
import { needs, programPath } from '../support/programs.ts';

const LIBRARY = 'place=library';

describe('the window in Chromium', needs('chromium'), () => {
  let server: Awaited<ReturnType<typeof serveGallery>>;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    server = await serveGallery();
    browser = await chromium.launch({ executablePath: programPath('chromium') });
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    page = await context.newPage();
    page.on('console', (message) => {
      if (/Content Security Policy|Error/.test(message.text())) faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const open = async (query: string): Promise<void> => {
    await page.goto(`${server.address}/dev/gallery.html?${query}`);
    await page.locator('html[data-ready]').waitFor();
    // Sheets and tables draw themselves on the frame after.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  };

  /** What axe finds on the page as it is. There are no frames, so it need not open a page of its own for each run. */
  const findings = async (choose: (axe: AxeBuilder) => AxeBuilder): Promise<string[]> => {
    await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
    const { violations } = await choose(new AxeBuilder({ page }).setLegacyMode()).analyze();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  };

  test.each(Object.entries(GALLERY))('axe finds nothing on %s in either theme', async (_name, query) => {
    await open(`${query}&theme=dark`);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    expect(await findings((axe) => axe.withTags(tags))).toEqual([]);
    // The other theme is the same page in other colours.
    await page.evaluate(() => {
      document.documentElement.dataset['theme'] = 'light';
    });
    expect(await findings((axe) => axe.withRules('color-contrast'))).toEqual([]);
  });

  test('the keyboard alone finds, selects, renames and takes back', async () => {
    await open(LIBRARY);
    const selected = page.getByRole('row', { selected: true });
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => selected.count()).toBe(2);
    await page.keyboard.press('F2');
    await page.keyboard.type('Salted');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('row', { name: 'Salted' }).count()).toBe(1);
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.getByRole('row', { name: 'Salted' }).count()).toBe(0);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('raid');
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
  });

  test('the export sheet holds the focus and gives it back', async () => {
    await open(`${LIBRARY}&select=1`);
    const button = page.getByRole('button', { name: 'Batch export...' });
    await button.focus();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: /^Export \d+ files$/ }).waitFor();
    for (let press = 0; press < 60; press += 1) await page.keyboard.press('Tab');
    expect(await sheet.evaluate((node) => node.contains(document.activeElement))).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => button.evaluate((node) => node === document.activeElement)).toBe(true);
  });

  test('the keyboard alone pans players, sets their gain and puts them back', async () => {
    await open(GALLERY['sheet-mix'] ?? '');
    const sheet = page.getByRole('dialog');
    await sheet.getByText('Pan and gain of the players').click();
    const [first] = await sheet.getByRole('slider').all();
    if (first === undefined) throw new Error('nobody can be panned');
    await first.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => first.getAttribute('aria-valuetext')).toBe('10 % left');
    await page.keyboard.press('Tab');
    const [gain] = await sheet.getByRole('spinbutton', { name: /^Gain of/ }).all();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('1.5');
    await page.keyboard.press('Enter');
    expect(await gain?.inputValue()).toBe('1.5');
    // What cannot be is not taken.
    await page.keyboard.press('Control+a');
    await page.keyboard.type('99');
    await page.keyboard.press('Enter');
    expect(await gain?.inputValue()).toBe('1.5');
    await sheet.getByRole('button', { name: 'Reset pan and gain' }).first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => first.getAttribute('aria-valuetext')).toBe('middle');
    expect(await gain?.inputValue()).toBe('0');
    await sheet.getByRole('combobox', { name: 'Mix bitrate' }).selectOption('96 kb/s');
    const mixes = sheet.getByRole('group', { name: 'Mix-down', exact: true });
    await mixes.getByRole('checkbox', { name: 'M4A' }).uncheck();
    expect(await sheet.getByRole('combobox', { name: 'Mix bitrate' }).count()).toBe(0);
    expect(await sheet.getByRole('slider').count()).toBeGreaterThan(0);
    await mixes.getByRole('checkbox', { name: 'WAV' }).uncheck();
    expect(await sheet.getByRole('slider').count()).toBe(0);
  });

  test('ten thousand sessions are as few rows as fit', async () => {
    await open(`${LIBRARY}&rows=10000`);
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await page.getByRole('row', { name: '(10000)' }).waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(60);
  });

  test('nothing overflows at the smallest size', async () => {
    await page.setViewportSize({ width: 960, height: 640 });
    for (const query of Object.values(GALLERY)) {
      await open(query);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, query).toBeLessThanOrEqual(0);
      expect(await page.evaluate(outside), query).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('large text leaves room for five sessions', async () => {
    await page.setViewportSize({ width: 960, height: 640 });
    for (const name of ['large-text', 'large-text-german']) {
      await open(GALLERY[name] ?? '');
      await expect.poll(() => wholeRows(page), { message: name }).toBeGreaterThanOrEqual(5);
    }
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name: /^Exportiert/ }).click();
    await expect.poll(() => page.getByRole('row').count()).toBe(10);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('the policy held and nothing threw', () => {
    expect(faults).toEqual([]);
  });
});

/** Rows of the table that are seen from top to foot. */
function wholeRows(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { top, bottom } = document.querySelector('[role=grid]')?.getBoundingClientRect() ?? new DOMRect();
    const head = document.querySelector('[role=columnheader]')?.parentElement?.clientHeight ?? 0;
    return [...document.querySelectorAll('[role=rowgroup] > [role=row]')].filter((row) => {
      const box = row.getBoundingClientRect();
      return box.top >= top + head - 1 && box.bottom <= bottom + 1;
    }).length;
  });
}

/** What can be pressed or filled in and does not lie within the width of the window; runs in the page. */
function outside(): string[] {
  return [...document.querySelectorAll<HTMLElement>('button, input, select, textarea, a')]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }))
    .filter((node) => {
      const { left, right, width } = node.getBoundingClientRect();
      return width > 1 && (left < -1 || right > innerWidth + 1);
    })
    .map((node) => node.outerHTML.slice(0, 120));
}
