import type { Browser } from 'playwright-core';

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
