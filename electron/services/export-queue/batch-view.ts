import { countsOf, STATES_IN_ORDER } from '../../../shared/model/export-counts.ts';
import type { Batch, BatchView, ItemView, QueuedItem } from './batch.ts';

/** Items and problems that a view shows of a large batch: a thousand files are not to be sent at every step. */
export const MOST_SHOWN = 12;

/** A batch as the window sees it; `held` while it waits, being somebody else's. */
export function batchView({ items, problems, ...batch }: Batch, held = false, changes = 0): BatchView {
  const views = items.map(({ view }) => view);
  return {
    ...batch,
    held,
    changes,
    counts: countsOf(views),
    problems: problems.slice(0, MOST_SHOWN),
    problemCount: problems.length,
    items: views.length <= MOST_SHOWN ? views : byRank(items).slice(0, MOST_SHOWN),
  };
}

/** Views of all items in the order in which people look for them. */
export function byRank(items: readonly QueuedItem[]): readonly ItemView[] {
  return STATES_IN_ORDER.flatMap((state) =>
    items.flatMap(({ view }) => (view.state === state ? [view] : [])),
  );
}
