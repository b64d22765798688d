import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Catalog } from '../../electron/catalog/catalog.ts';
import { catalogRow } from '../support/catalog-rows.ts';
import { EVERYTHING } from '../support/library.ts';

const SESSIONS = 10_000;

/** Milliseconds, each the median of `runs`; the search is the slowest of some. */
export function catalogTimes(
  folder: string,
  runs: number,
): { openMs: number; pageMs: number; searchMs: number } {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'catalog.db');
  const filled = Catalog.open(path);
  filled.sessions.putAll(Array.from({ length: SESSIONS }, (_, n) => catalogRow(n)));
  filled.close();
  const openMs = median(runs, () => {
    const catalog = Catalog.open(path);
    catalog.sessions.totals();
    catalog.close();
  });
  const catalog = Catalog.open(path);
  try {
    const page = (query: object): number =>
      median(runs, () => catalog.sessions.list({ ...EVERYTHING, ...query }, 0, 50));
    const relevance = { by: 'relevance', descending: true };
    const searches = [
      { search: 'episode' },
      { search: 'ho' },
      { search: 'room 12 epi' },
      { search: 'words', sort: relevance },
    ];
    return { openMs, pageMs: page({}), searchMs: Math.max(...searches.map(page)) };
  } finally {
    catalog.close();
  }
}

function median(runs: number, work: () => void): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? NaN;
}
