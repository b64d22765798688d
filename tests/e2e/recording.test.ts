import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { needs, programPath } from '../support/programs.ts';
import { Desk, Program, START_MILLIS } from './program.ts';
import { begin, onDisk, speaking } from './speaking.ts';

describe('a recording', needs('chromium', 'ffprobe'), () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.sit(undefined, speaking());
  }, START_MILLIS);
  afterEach(() => desk.leave());

  test('goes from the button to a file that ffprobe reads, through marks, a slate and a reload', async () => {
    const { page, folder } = desk;
    await begin(desk, 'At the quay', 'Marit');

    await page.keyboard.press('m');
    const name = page.getByLabel('Name of the marker');
    await expect.poll(() => name.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('Laughter');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Laughter' }).waitFor();
    await page.getByRole('button', { name: 'Mute Marit' }).click();
    await page.getByText('Muted', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Unmute Marit' }).click();
    await page.getByRole('button', { name: 'Mute Marit' }).waitFor();
    await desk.shot('record-during');

    await page.getByRole('button', { name: /^Slate view/ }).click();
    const slate = page.getByRole('dialog');
    await slate.getByRole('button', { name: /^Clap/ }).click();
    await expect.poll(() => slate.locator('.number strong').innerText()).toBe('2');
    await desk.shot('slate');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Slate 1' }).waitFor();
    await onDisk(desk, 6);

    // The page goes and comes back: the recording goes on, and its microphones with it.
    await page.reload();
    await page.getByRole('button', { name: 'Laughter' }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Mute Marit' }).isEnabled()).toBe(true);
    const before = await page.getByText(/^On disk up to /).innerText();
    await expect.poll(() => page.getByText(/^On disk up to /).innerText()).not.toBe(before);
    await desk.shot('record-rejoined');

    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect.poll(() => page.title()).toBe('Session: At the quay - Tailslate');
    await page.getByRole('button', { name: /^Go to Laughter/ }).waitFor();
    await page.getByRole('button', { name: /^Go to Slate 1/ }).waitFor();
    await page.getByRole('slider', { name: 'Playhead' }).waitFor();

    // It is heard.
    const now = (): Promise<string | null> =>
      page.getByRole('slider', { name: 'Playhead' }).getAttribute('aria-valuetext');
    const first = await now();
    await page.getByRole('button', { name: /^Play/ }).click();
    await expect.poll(now).not.toBe(first);
    await page.locator('.meter .held').first().waitFor();
    await desk.shot('recorded');
    await page.keyboard.press('k');

    // And goes out from there.
    await page.getByRole('main').getByRole('button', { name: 'Export...' }).click();
    const sheet = page.getByRole('dialog', { name: /^Export At the quay/ });
    await sheet.getByLabel('Destination').fill(join(folder, 'out'));
    await sheet.getByRole('button', { name: 'Export 1 file' }).click();
    await page.getByRole('navigation').getByRole('button', { name: 'Exports' }).click();
    await page.getByText('Verified', { exact: true }).waitFor();
    const [file, ...others] = readdirSync(join(folder, 'out'), { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.m4a'),
    );
    expect(others).toEqual([]);
    const asked = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json'];
    const { streams, format } = JSON.parse(
      execFileSync(programPath('ffprobe'), [...asked, join(folder, 'out', file ?? '')], { encoding: 'utf8' }),
    ) as {
      streams: { codec_name?: string; sample_rate?: string }[];
      format: { duration: string };
    };
    expect(streams).toContainEqual(expect.objectContaining({ codec_name: 'opus', sample_rate: '48000' }));
    expect(Number(format.duration)).toBeGreaterThan(6);

    await page.getByRole('navigation').getByRole('button', { name: 'Library' }).click();
    await page.getByRole('row', { name: 'At the quay' }).waitFor();
    await desk.shot('recorded-library');
    expect(desk.faults).toEqual([]);
  });

  test('survives the program being killed, and says so', async () => {
    const { page, folder } = desk;
    await begin(desk, 'Cut short', 'Tomas');
    await onDisk(desk, 3);
    await desk.program.end('SIGKILL');
    await page.close();
    desk.program = await Program.start(folder);
    desk.page = await desk.context.newPage();
    desk.listen();
    await desk.page.goto(desk.program.url);
    const row = desk.page.getByRole('row', { name: 'Cut short' });
    await row.getByText('Recovered', { exact: true }).first().waitFor();
    await row.dblclick();
    await desk.page.getByText('The recording was cut off.').waitFor();
    await desk.page.getByRole('slider', { name: 'Playhead' }).waitFor();
    await desk.page.getByRole('button', { name: 'Show report' }).click();
    await desk.page
      .getByRole('dialog')
      .getByText(/^Tomas [\d,]+ packets/)
      .waitFor();
    await desk.page.keyboard.press('Escape');
    await desk.page.getByRole('button', { name: /^Play/ }).click();
    await desk.page.locator('.meter .held').first().waitFor();
    await desk.shot('recovered-live');
    expect(desk.faults).toEqual([]);
  });
});
