import * as v from 'valibot';
import { exportBatch, exportItem } from '../../../shared/ipc/contract/exports.ts';
import type { Batch, QueuedItem } from '../export-queue/batch.ts';

/** As much of a journal's lines as must fit for the rest to be believed: this program wrote them. */
const Head = v.looseObject({
  ...v.omit(exportBatch, ['items']).entries,
  problems: v.optional(exportBatch.entries.problems),
});
const Item = v.looseObject({ view: exportItem, work: v.looseObject({}), partPath: v.nullable(v.string()) });

/** The batch of a journal, lines that break off passed over; undefined when its first line is none. */
export function batchOf([first = '', ...lines]: readonly string[]): Batch | undefined {
  const head = parsedLine(first);
  if (!v.is(Head, head)) return undefined;
  const items = new Map<string, QueuedItem>();
  for (const line of lines) {
    const item = parsedLine(line);
    if (v.is(Item, item)) items.set(item.view.itemId, item as unknown as QueuedItem);
  }
  return { ...head, problems: head.problems ?? [], items: [...items.values()] };
}

/** Undefined for a line that is no JSON. */
export function parsedLine(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
}
