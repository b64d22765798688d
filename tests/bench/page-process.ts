import { readdirSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** Kernel ticks in a second; 100 on every Linux that people run. */
const TICKS_PER_SECOND = 100;

/** Processor seconds so far of a process and all below it, by what Linux tells of them. */
export function processorSeconds(rootPid: number): number {
  const below = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The name in parentheses may hold anything; what follows its end are numbers.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      below.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // It ended in between.
    }
  }
  const belongs = (pid: number): boolean =>
    pid === rootPid || (below.has(pid) && belongs(below.get(pid)?.parent ?? 0));
  let ticks = 0;
  for (const [pid, { ticks: own }] of below) if (belongs(pid)) ticks += own;
  return ticks / TICKS_PER_SECOND;
}

/** Bytes of JavaScript objects and number of DOM nodes that a page keeps after the rubbish was collected. */
export async function keptByPage(browser: Browser): Promise<{ heapBytes: number; nodes: number }> {
  const [page] = browser.contexts()[0]?.pages() ?? [];
  if (page === undefined) throw new Error('the browser shows no page');
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const metric = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
  return { heapBytes: metric('JSHeapUsedSize'), nodes: metric('Nodes') };
}
