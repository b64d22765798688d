import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { needs } from '../support/programs.ts';
import { Desk, Program, START_MILLIS } from './program.ts';
import { begin, onDisk, speaking } from './speaking.ts';

describe('a program that is killed while it records', needs('chromium'), () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.sit(undefined, speaking());
  }, START_MILLIS);
  afterEach(() => desk.leave());

  test('has all that it acknowledged; the page that stayed says what happened and records again', async () => {
    const { page, folder } = desk;
    await begin(desk, 'Killed', 'Marit');
    const safeSeconds = await onDisk(desk, 3);
    const { port } = desk.program;
    await desk.program.end('SIGKILL');
    await page.getByText('Tailslate does not answer.').first().waitFor();

    // Started again it opens the browser anew, which lets the page that stayed in as well.
    desk.program = await Program.start(folder, port);
    const second = await desk.context.newPage();
    await second.goto(desk.program.url);
    await page.getByText('The recording was ended by the program.').waitFor();
    await page.getByText('What was shown as safe on disk is kept').waitFor();
    await desk.shot('record-killed');

    const api = await desk.otherClient();
    const { rows } = await api.library.list({
      search: 'Killed',
      states: [],
      tags: [],
      sort: { by: 'start', descending: true },
      offset: 0,
      limit: 10,
    });
    const [killed] = rows;
    expect(killed?.title).toBe('Killed');
    expect(killed?.durationSamples).toBeGreaterThanOrEqual(safeSeconds * SAMPLE_RATE);

    await begin(desk, 'Once more', 'Marit');
    await onDisk(desk, 2);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect.poll(() => page.title()).toBe('Session: Once more - Tailslate');
    expect(desk.faults).toEqual([]);
  });
});
