import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { Catalog } from '../../electron/catalog/catalog.ts';
import { LibraryPaths } from '../../electron/services/library/paths.ts';
import { Desk, serveArgs } from '../e2e/program.ts';
import { catalogRow } from '../support/catalog-rows.ts';
import { programPath } from '../support/programs.ts';
import { framesDuring, inWords } from './frames.ts';
import { keptByPage } from './kept-by-page.ts';
import { familyCpuMs } from './process-use.ts';
import type { Row } from './ratio-row.ts';
import { writeTailslateSession } from './tailslate-session.ts';
import { PLAYERS } from './workspace.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SESSIONS = 10_000;
const SWITCHES = 200;
/** Changes until everything that is made once is there: compiled code, caches of fonts and messages. */
const WARM_SWITCHES = 40;
const IDLE_SECONDS = 10;

/** From `npm start` to a page that answers, in a browser that runs already, as the user's does. */
const START_PAGE: Row = {
  name: 'start-page',
  title: 'npm start to a usable page',
  target: '< 2500 ms',
  async run(workspace, pairs) {
    const browser = await chromium.launch({ executablePath: programPath('chromium') });
    try {
      const took: number[] = [];
      for (let run = 0; run < pairs; run++) {
        const startMs = performance.now();
        const args = serveArgs(workspace.out()).slice(1);
        const child = spawn('npm', ['start', '--', '--browser', ...args], {
          cwd: ROOT,
          detached: true,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let said = '';
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', (text: string) => (said += text));
        }
        while (!/http:\S+\n/.test(said)) {
          if (child.exitCode !== null) throw new Error(said);
          await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'close')]);
        }
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.goto(/http:\S+/.exec(said)?.[0] ?? '');
        await page.getByRole('button', { name: 'Try the sample session' }).waitFor();
        took.push(performance.now() - startMs);
        await context.close();
        const ended = once(child, 'close');
        process.kill(-(child.pid ?? 0), 'SIGTERM');
        await ended;
      }
      const medianMs = took.sort((a, b) => a - b)[took.length >> 1] ?? NaN;
      return { measured: `${medianMs.toFixed(0)} ms`, met: medianMs < 2500 };
    } finally {
      await browser.close();
    }
  },
};

/** Rows drawn after the page has loaded, and frames while ten thousand of them are scrolled through. */
const LIBRARY: Row = {
  name: 'window-library',
  title: `a library of ${SESSIONS} sessions: first rows, scrolling`,
  target: '< 400 ms after load, no frame over 50 ms',
  async run() {
    const desk = await Desk.sit((folder) => {
      const paths = new LibraryPaths(folder);
      mkdirSync(paths.own, { recursive: true });
      const catalog = Catalog.open(paths.catalog);
      const rows = Array.from({ length: SESSIONS }, (_, n) => catalogRow(n));
      catalog.sessions.putAll(rows);
      catalog.close();
      for (const { folder: name } of rows) mkdirSync(join(folder, name));
      return Promise.resolve();
    });
    try {
      const { page } = desk;
      await page.getByText('Episode 9999').waitFor();
      const rowsMs: number[] = [];
      for (let run = 0; run < 5; run++) rowsMs.push(await firstRowsMs(page));
      const medianMs = rowsMs.sort((a, b) => a - b)[2] ?? NaN;
      await page.mouse.move(600, 500);
      const frames = await framesDuring(page, async () => {
        for (let turn = 0; turn < 300; turn++) {
          await page.mouse.wheel(0, turn < 150 ? 700 : -700);
          await page.waitForTimeout(8);
        }
      });
      return {
        measured: `${medianMs.toFixed(0)} ms; ${inWords(frames)}`,
        met: medianMs < 400 && frames.mostMs <= 50,
      };
    } finally {
      await desk.leave();
    }
  },
};

/** Loads the page again; milliseconds from its load event until rows of sessions are on the screen. */
async function firstRowsMs(page: Page): Promise<number> {
  await page.reload();
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const shown = document.querySelectorAll('[role=row] [role=gridcell]').length > 20;
          if (!shown) return void requestAnimationFrame(look);
          const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
          resolve(performance.now() - (entry?.loadEventEnd ?? 0));
        };
        look();
      }),
  );
}

/** Zooming and scrolling the timeline of three hours of eight players, its waveforms there. */
const TIMELINE: Row = {
  name: 'window-timeline',
  title: 'three hours of eight players: zooming and scrolling the timeline',
  target: 'no frame over 34 ms',
  slow: true,
  async run(workspace) {
    const desk = await Desk.sit(async (folder) => {
      await writeTailslateSession(join(folder, 'long'), workspace.recording(3), PLAYERS.slice(0, 8));
    });
    try {
      const { page } = desk;
      await page.getByRole('gridcell').first().dblclick();
      const slider = page.getByRole('slider', { name: 'Playhead' });
      await slider.waitFor();
      await waveformsThere(desk);
      await page.mouse.move(700, 500);
      const frames = await framesDuring(page, async () => {
        for (const step of [-120, 120]) {
          await page.keyboard.down('Control');
          for (let turn = 0; turn < 60; turn++) {
            await page.mouse.wheel(0, step);
            await page.waitForTimeout(16);
          }
          await page.keyboard.up('Control');
          for (let turn = 0; turn < 40; turn++) {
            await page.mouse.wheel(turn < 20 ? 80 : -80, 0);
            await page.waitForTimeout(16);
          }
        }
      });
      return { measured: inWords(frames), met: frames.mostMs <= 34 };
    } finally {
      await desk.leave();
    }
  },
};

/** Waits until the program's threads have nothing to compute any more. */
async function waveformsThere({ program, page }: Desk): Promise<void> {
  for (let quiet = 0, before = 0; quiet < 3;) {
    await page.waitForTimeout(1000);
    const now = familyCpuMs(program.child.pid ?? 0) / 1000;
    quiet = now - before < 0.1 ? quiet + 1 : 0;
    before = now;
  }
}

/** What the open window and the program take when nobody does anything. */
const IDLE: Row = {
  name: 'window-idle',
  title: 'an open session nobody touches: page, program',
  target: '<= 2 % of a core each',
  async run(workspace) {
    const desk = await Desk.sit(async (folder) => {
      await writeTailslateSession(join(folder, 'short'), workspace.recording(0.05), PLAYERS.slice(0, 2));
    });
    try {
      const { page, program } = desk;
      await page.getByRole('gridcell').first().dblclick();
      await page.getByRole('slider', { name: 'Playhead' }).waitFor();
      await waveformsThere(desk);
      const pids = { page: process.pid, program: program.child.pid ?? 0 };
      const before = spent(pids);
      await page.waitForTimeout(IDLE_SECONDS * 1000);
      const after = spent(pids);
      const percent = (100 * (after.page - before.page)) / IDLE_SECONDS;
      const hostPercent = (100 * (after.program - before.program)) / IDLE_SECONDS;
      return {
        measured: `${percent.toFixed(1)} %, ${hostPercent.toFixed(1)} %`,
        met: percent <= 2 && hostPercent <= 2,
      };
    } finally {
      await desk.leave();
    }
  },
};

/** Processor seconds of the browser, which like the program is a child of this process, and of the program. */
function spent(pids: { page: number; program: number }): { page: number; program: number } {
  const program = familyCpuMs(pids.program) / 1000;
  const { user, system } = process.cpuUsage();
  return { page: familyCpuMs(pids.page) / 1000 - program - (user + system) / 1e6, program };
}

/** Objects and nodes that are left after going from place to place. */
const PLACES: Row = {
  name: 'window-places',
  title: `memory after ${WARM_SWITCHES} changes of place and after ${SWITCHES} more`,
  target: '+1 MiB, +5 % nodes at most',
  async run(workspace) {
    const desk = await Desk.sit(async (folder) => {
      await writeTailslateSession(join(folder, 'short'), workspace.recording(0.05), PLAYERS.slice(0, 2));
    });
    try {
      const { page, browser } = desk;
      const rail = page.getByRole('navigation');
      const go = async (times: number): Promise<void> => {
        for (let turn = 0; turn < times; turn += 4) {
          await rail.getByRole('button', { name: 'Library', exact: true }).click();
          await page.getByRole('gridcell').first().dblclick();
          await page.getByRole('slider', { name: 'Playhead' }).waitFor();
          await rail.getByRole('button', { name: 'Exports' }).click();
          await rail.getByRole('button', { name: 'Settings', exact: true }).click();
        }
        await rail.getByRole('button', { name: 'Library', exact: true }).click();
        await page.getByRole('gridcell').first().waitFor();
      };
      await go(WARM_SWITCHES);
      const first = await keptByPage(browser);
      await go(SWITCHES);
      const last = await keptByPage(browser);
      const grownMiB = (last.heapBytes - first.heapBytes) / 2 ** 20;
      const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
      return {
        measured: `${mib(first.heapBytes)} and ${mib(last.heapBytes)} MiB, ${first.nodes} and ${last.nodes} nodes`,
        met: grownMiB <= 1 && last.nodes <= first.nodes * 1.05,
      };
    } finally {
      await desk.leave();
    }
  },
};

/** What the window takes, in the system's Chromium. */
export const WINDOW_ROWS: readonly Row[] = [START_PAGE, LIBRARY, TIMELINE, IDLE, PLACES];
