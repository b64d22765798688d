import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../support/programs.ts';
import { Desk, START_MILLIS } from './program.ts';
import { aLibrary } from './sessions.ts';

const TITLE = 'Letters from the lighthouse';

describe('an open session', needs('chromium'), () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.sit(aLibrary);
    await openSession();
  }, START_MILLIS);
  afterAll(() => desk.leave());

  async function openSession(): Promise<void> {
    await desk.page.getByRole('row', { name: TITLE }).dblclick();
    await desk.page.getByRole('slider', { name: 'Playhead' }).waitFor();
  }
  const undo = (): Promise<void> => desk.page.keyboard.press('Control+z');

  test('markers are dragged and removed, and both are taken back', async () => {
    const { page } = desk;
    const places = (): Promise<string[]> => page.getByRole('button', { name: /^Go to / }).allInnerTexts();
    await page.keyboard.press('m');
    const name = page.getByRole('textbox', { name: /^Name of the marker at/ });
    await expect.poll(() => name.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('Gulls');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Go to Gulls/ }).waitFor();
    const [start] = await places();

    const flag = await page.locator('.flag', { hasText: 'Gulls' }).boundingBox();
    if (flag === null) expect.fail('the marker has no flag');
    await page.mouse.move(flag.x + 4, flag.y + 8);
    await page.mouse.down();
    await page.mouse.move(flag.x + 154, flag.y + 8, { steps: 5 });
    await page.mouse.up();
    await expect.poll(places).not.toEqual([start]);
    const dragged = await places();
    await undo();
    await expect.poll(places).toEqual([start]);

    await page.mouse.move(flag.x + 4, flag.y + 8);
    await page.mouse.down();
    await page.mouse.move(flag.x + 154, flag.y + 8, { steps: 5 });
    await page.mouse.up();
    await expect.poll(places).toEqual(dragged);
    await page.getByRole('button', { name: /^Go to Gulls/ }).hover();
    await page.getByRole('button', { name: 'Remove Gulls' }).click();
    await expect.poll(places).toEqual([]);
    await undo();
    await expect.poll(places).toEqual(dragged);
  });

  test('a colour, the timecode and notes are kept, and the latter taken back', async () => {
    const { page } = desk;
    const tile = page.getByRole('button', { name: /Ada/ }).first();
    await tile.click();
    await page.getByRole('menuitemradio').nth(5).click();
    await page.getByRole('combobox', { name: 'Frame rate' }).selectOption('29.97df');
    const code = page.locator('.facts .code');
    await expect.poll(() => code.innerText()).toContain(';');
    const dropped = await code.innerText();
    await page.getByLabel('Offset in frames').fill('3');
    await page.getByLabel('Offset in frames').press('Enter');
    await expect.poll(() => code.innerText()).not.toBe(dropped);
    await page.getByRole('slider', { name: 'Playhead' }).focus();
    await undo();
    await expect.poll(() => code.innerText()).toBe(dropped);

    const notes = page.getByLabel('Notes');
    await notes.fill('Keep the gulls.');
    await page.getByText('Not saved yet').waitFor();
    // Who leaves in the middle of a sentence has written it nevertheless.
    await page.getByRole('navigation').getByRole('button', { name: 'Library' }).click();
    await page.reload();
    await openSession();
    await expect.poll(() => notes.inputValue()).toBe('Keep the gulls.');
    expect(await code.innerText()).toBe(dropped);
    await tile.click();
    await expect.poll(() => page.getByRole('menuitemradio').nth(5).getAttribute('aria-checked')).toBe('true');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Go to Gulls/ }).waitFor();
    expect(desk.faults).toEqual([]);
  });

  test('details fold away where there is no room for them', async () => {
    const { page } = desk;
    const notes = page.getByLabel('Notes');
    await page.setViewportSize({ width: 960, height: 640 });
    await expect.poll(() => notes.count()).toBe(0);
    await page.getByRole('button', { name: 'Details', exact: true }).click();
    await expect.poll(() => notes.inputValue()).toBe('Keep the gulls.');
    await desk.shot('session-unfolded');
    await page.getByRole('button', { name: 'Details', exact: true }).click();
    await expect.poll(() => notes.count()).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await notes.waitFor();
  });
});
