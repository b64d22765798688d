import { basename, dirname, join, relative } from 'node:path';
import type { QueuedItem } from './batch.ts';

/** Letters of an item's id that stand in the name of its part file. */
const OWNER_LETTERS = 8;

/**
 * What stands in the names of an item's part files: they are known as its own by it.
 * @param before runs of the item that have not come back: what they do late must not meet this one's file.
 */
export function ownerOf(itemId: string, before = 0): string {
  const owner = itemId.replaceAll(/\W/gu, '').slice(0, OWNER_LETTERS);
  return before === 0 ? owner : `${owner}-${before + 1}`;
}

/** Where an item's file is begun, see OutputFile.create. */
export function partOf({ view, work: { output } }: QueuedItem, before = 0): string {
  const { folder, subfolder, stem, extension } = output;
  return join(folder, subfolder, `${stem}.${extension}.${ownerOf(view.itemId, before)}.part`);
}

/**
 * Only what an export of this item can have left, told by its folder and its name: batches come with their library,
 * which may be anybody's.
 */
export function isPartOf(item: QueuedItem, partPath: string): boolean {
  const { stem, extension } = item.work.output;
  if (relative(dirname(partOf(item)), dirname(partPath)) !== '') return false;
  const begun = `${stem}.${extension}.${ownerOf(item.view.itemId)}`;
  const name = basename(partPath);
  return name.startsWith(begun) && /^(?:-\d+)?(?:\.\d+)?\.part$/u.test(name.slice(begun.length));
}
