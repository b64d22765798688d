import type { Page } from 'playwright-core';

/** Times between frames that a page drew, in milliseconds. */
export interface Frames {
  readonly count: number;
  readonly p95Ms: number;
  readonly mostMs: number;
}

/** Counts the page's frames while something is done to it; the first, which has to be waited for, is left out. */
export async function framesDuring(page: Page, work: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const times: number[] = [];
    const note = (nowMs: number): void => {
      times.push(nowMs);
      if (times.length < 100_000) requestAnimationFrame(note);
    };
    Object.assign(globalThis, { benchFrames: times });
    requestAnimationFrame(note);
  });
  await work();
  const times = await page.evaluate(() => {
    const noted = Reflect.get(globalThis, 'benchFrames') as number[];
    const taken = noted.slice();
    noted.length = 100_000;
    return taken;
  });
  const betweenMs = times.slice(2).map((time, at) => time - (times[at + 1] ?? time));
  const sorted = betweenMs.sort((a, b) => a - b);
  return {
    count: sorted.length,
    p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? NaN,
    mostMs: sorted.at(-1) ?? NaN,
  };
}

/** As words. */
export function inWords({ count, p95Ms, mostMs }: Frames): string {
  return `${count} frames, 95 % within ${p95Ms.toFixed(1)} ms, longest ${mostMs.toFixed(0)} ms`;
}
