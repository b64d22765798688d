import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { needs } from '../support/programs.ts';
import { Desk, START_MILLIS } from './program.ts';

describe('without a mouse', needs('chromium'), () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.sit();
  }, START_MILLIS);
  afterEach(() => desk.leave());

  /** Moves the focus on until it is on the element with this name. */
  async function tabTo(name: RegExp, key = 'Tab'): Promise<void> {
    for (let press = 0; press < 60; press += 1) {
      await desk.page.keyboard.press(key);
      const focused = await desk.page.evaluate(() => {
        const element = document.activeElement;
        const label = element instanceof HTMLInputElement ? element.labels?.[0]?.innerText : undefined;
        return element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '';
      });
      if (name.test(focused.trim())) return;
    }
    expect.fail(`the focus never reached ${String(name)}`);
  }

  test('the keyboard alone gets from nothing to exported files', async () => {
    const { page, folder } = desk;
    await page.getByRole('button', { name: /^Try the sample session/ }).waitFor();
    await tabTo(/^Try the sample session/);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title()).toBe('Session: Small Boats, sample session - Tailslate');
    await page.keyboard.press('Control+e');
    await page.getByRole('dialog').waitFor();
    await tabTo(/^Destination/);
    await page.keyboard.type(join(folder, 'typed'));
    const go = page.getByRole('button', { name: 'Export 4 files' });
    await go.waitFor();
    await expect.poll(() => go.isEnabled()).toBe(true);
    await tabTo(/^Export 4 files/);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Control+3');
    await expect.poll(() => page.getByText('Verified', { exact: true }).count()).toBe(4);
    expect(readdirSync(join(folder, 'typed'))).toHaveLength(4);
    // Back to the library, to the row, and its name.
    await page.keyboard.press('Control+2');
    await page.getByRole('row', { name: /Small Boats/ }).waitFor();
    await tabTo(/^Library/, 'Shift+Tab');
    expect(desk.faults).toEqual([]);
  });
});
