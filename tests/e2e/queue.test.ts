import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Api } from '../../shared/ipc/contract.ts';
import { needs } from '../support/programs.ts';
import { Desk, START_MILLIS } from './program.ts';
import { aLibrary } from './sessions.ts';

describe('the queue', needs('chromium'), () => {
  let desk: Desk;
  let other: Api;
  beforeAll(async () => {
    desk = await Desk.sit(aLibrary);
    await desk.page.getByRole('row', { name: 'Letters from the lighthouse' }).waitFor();
    other = await desk.otherClient();
  }, START_MILLIS);
  afterAll(() => desk.leave());

  const verified = (): Promise<number> => desk.page.getByText('Verified', { exact: true }).count();

  async function exportTo(folder: string, title: string): Promise<void> {
    const { page } = desk;
    await page.getByRole('row', { name: title }).click();
    await page.getByRole('button', { name: 'Batch export...' }).click();
    await page.getByRole('dialog').getByLabel('Destination').fill(folder);
    await page.getByRole('dialog').getByRole('button', { name: 'Export 2 files' }).click();
    await page.getByRole('navigation').getByRole('button', { name: 'Exports' }).click();
  }

  test('what was cancelled is not written until it is tried again', async () => {
    const { page } = desk;
    const out = join(desk.folder, 'out');
    // Held back by another window, so that there is time to think better of it.
    await other.exports.pause({});
    await exportTo(out, 'Letters from the lighthouse');
    await page.getByText('Waiting').first().waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).first().click();
    await page.getByText('Cancelled', { exact: true }).waitFor();
    await desk.shot('paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(verified).toBe(1);
    expect(readdirSync(out)).toHaveLength(1);
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await expect.poll(verified).toBe(2);
    expect(readdirSync(out)).toHaveLength(2);
  });

  test('an export needs no window to look on', async () => {
    const out = join(desk.folder, 'alone');
    await other.exports.pause({});
    await desk.page.getByRole('navigation').getByRole('button', { name: 'Library' }).click();
    await exportTo(out, 'On tape and salt');
    await desk.page.getByText('Waiting').first().waitFor();
    await desk.page.close({ runBeforeUnload: false });
    await other.exports.resume({});
    await expect.poll(() => readdirSync(out).filter((name) => name.endsWith('.m4a')).length).toBe(2);
    desk.page = await desk.context.newPage();
    desk.listen();
    await desk.page.goto(new URL(desk.program.url).origin);
    await desk.page.getByRole('navigation').getByRole('button', { name: 'Exports' }).click();
    await expect.poll(verified).toBe(4);
    expect(desk.faults).toEqual([]);
  });

  test('files that their folder does not take can go to another one', async () => {
    const { page } = desk;
    const out = join(desk.folder, 'in the way');
    const home = join(desk.folder, 'library', 'another');
    await other.exports.pause({});
    await page.getByRole('navigation').getByRole('button', { name: 'Library' }).click();
    await exportTo(out, 'The ferry that never sailed');
    const batch = page.getByRole('region', { name: 'The ferry that never sailed' });
    await batch.getByText('Waiting').first().waitFor();
    rmSync(out, { recursive: true, force: true });
    writeFileSync(out, 'a file where the folder was');
    await other.exports.resume({});
    await batch.getByText('2 of 2 failed').waitFor();
    await desk.shot('failed');
    await batch.getByRole('button', { name: 'Choose folder...' }).first().click();
    const folders = page.getByRole('dialog', { name: 'Choose a destination' });
    await folders.getByRole('button', { name: 'library', exact: true }).click();
    await folders.getByLabel('Name of a new folder').fill('another');
    await folders.getByRole('button', { name: 'Make folder' }).click();
    await folders.getByText(home).waitFor();
    await desk.shot('folders');
    await folders.getByRole('button', { name: 'Choose this folder' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Export 2 files' }).click();
    await expect.poll(verified).toBe(6);
    expect(readdirSync(home)).toHaveLength(2);

    await desk.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await batch.getByRole('button', { name: 'Copy report' }).first().click();
    await page.getByRole('menuitem', { name: 'Copy as CSV' }).click();
    await page.getByText('Copied').waitFor();
    const csv = await page.evaluate(() => navigator.clipboard.readText());
    expect(csv.split('\n')[0]).toContain(',');
  });
});
