import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawned } from '../support/cli.ts';
import { needs } from '../support/programs.ts';
import { BUILT, Desk, Program, serveArgs, START_MILLIS } from './program.ts';
import { aLibrary } from './sessions.ts';

describe('a page and its host', needs('chromium'), () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.sit(aLibrary);
    await desk.page.getByRole('row', { name: 'Letters from the lighthouse' }).waitFor();
  }, START_MILLIS);
  afterAll(() => desk.leave());

  test('a second host of the library is told who has it', async () => {
    const { code, stdout, stderr } = await spawned(process.execPath, [BUILT, ...serveArgs(desk.folder)]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/library/i);
    expect(stderr).toContain(String(desk.program.child.pid));
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('a page whose host was killed says so, and goes on when it is there again', async () => {
    const { page, folder } = desk;
    const { port } = desk.program;
    await page.getByRole('button', { name: 'Recovered' }).click();
    await desk.program.end('SIGKILL');
    await page.getByText('Tailslate does not answer.').waitFor();
    await desk.shot('host-away');
    desk.program = await Program.start(folder, port);
    // The browser is let in by the address that the new run prints, as it was by the first one.
    const entrance = await desk.context.newPage();
    await entrance.goto(desk.program.url);
    await page.getByText('Tailslate does not answer.').waitFor({ state: 'detached' });
    // The same page, where it was: the filter is still pressed, and answers are those of the new host.
    await entrance.getByRole('row', { name: 'On tape and salt' }).click();
    await entrance.getByRole('button', { name: 'Move to trash' }).waitFor();
    await page.getByRole('button', { name: /^All/ }).click();
    await page.getByRole('row', { name: 'On tape and salt' }).dblclick();
    await expect.poll(() => page.title()).toBe('Session: On tape and salt - Tailslate');
  });
});
