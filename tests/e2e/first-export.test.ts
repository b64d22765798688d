import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { needs, programPath } from '../support/programs.ts';
import { Desk, START_MILLIS } from './program.ts';

describe('the first start', needs('chromium', 'ffprobe'), () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.sit();
  }, START_MILLIS);
  afterEach(() => desk.leave());

  test('leads from an empty library to files whose timecode ffprobe reads', async () => {
    const { page, folder } = desk;
    await page.getByRole('button', { name: /^Try the sample session/ }).waitFor();
    await desk.shot('first-start');
    await page.getByRole('button', { name: /^Try the sample session/ }).click();
    await page.getByRole('main').getByRole('button', { name: 'Export...' }).click();
    const sheet = page.getByRole('dialog', { name: /^Export Small Boats/ });
    await sheet.getByText('Choose where the files go.').waitFor();
    await sheet.getByLabel('Destination').fill(join(folder, 'out'));
    const go = sheet.getByRole('button', { name: 'Export 4 files' });
    await go.waitFor();
    await desk.shot('first-sheet');
    const [first] = await sheet.locator('.plan li').allInnerTexts();
    const timecode = /\d\d:\d\d:\d\d:\d\d/.exec(first ?? '')?.[0];
    expect(timecode).toBeDefined();
    await go.click();
    await page.getByRole('button', { name: 'Show' }).first().click();
    await expect.poll(() => page.getByText('Verified', { exact: true }).count()).toBe(4);
    await page
      .getByText(/^[\d,]+ of [\d,]+ packets identical, [\d,.]+ s silence, worst placement/)
      .first()
      .waitFor();
    await desk.shot('first-verified');

    const files = readdirSync(join(folder, 'out'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.m4a'),
    );
    expect(files).toHaveLength(4);
    for (const file of files) {
      const probe = [
        '-v',
        'error',
        '-show_streams',
        '-show_format',
        '-of',
        'json',
        join(folder, 'out', file),
      ];
      const { streams, format } = JSON.parse(
        execFileSync(programPath('ffprobe'), probe, { encoding: 'utf8' }),
      ) as Probe;
      expect(streams.some(({ codec_name }) => codec_name === 'opus')).toBe(true);
      expect([format.tags?.timecode, ...streams.map(({ tags }) => tags?.timecode)]).toContain(timecode);
      expect(Number(format.duration)).toBeCloseTo(300, 0);
    }
    await page.getByRole('button', { name: 'Library' }).click();
    await page.getByRole('gridcell', { name: 'Exported' }).waitFor();
    expect(desk.faults).toEqual([]);
  });
});

interface Probe {
  readonly format: { readonly duration: string; readonly tags?: { readonly timecode?: string } };
  readonly streams: readonly {
    readonly codec_name?: string;
    readonly tags?: { readonly timecode?: string };
  }[];
}
