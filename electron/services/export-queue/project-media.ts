import { join } from 'node:path';
import {
  type MadeMedia,
  mediaLeftAlone,
  plannedName,
  type PlannedMedia,
} from '../export-job/project-item.ts';
import { isProject, isSettled, type QueuedItem } from './batch.ts';

/** Whether an item waits for others of its batch: a project file for every media file that it refers to. */
export function isBlocked({ work }: QueuedItem, batch: readonly QueuedItem[]): boolean {
  if (!isProject(work)) return false;
  return work.media.some((media) => {
    const item = itemOf(media, batch);
    return item !== undefined && !isSettled(item.view);
  });
}

/** What a media file of a project has become in its batch; undefined where it was not made. */
export function madeIn(media: PlannedMedia, batch: readonly QueuedItem[]): MadeMedia | undefined {
  const item = itemOf(media, batch);
  if (item === undefined) return undefined;
  if (item.view.state === 'done') {
    // Batches of earlier versions know less of it.
    return (
      item.made ?? (item.view.result === null ? undefined : mediaLeftAlone(media, item.view.result.path))
    );
  }
  const leftAlone = item.view.state === 'skipped' && item.view.trouble?.code === 'exists';
  return leftAlone ? mediaLeftAlone(media, join(item.work.output.folder, media.fileName)) : undefined;
}

/** Whether a project file refers to what this item makes. */
export function refersTo({ work }: QueuedItem, item: QueuedItem): boolean {
  return isProject(work) && work.media.some(({ fileName }) => fileName === plannedName(item.work.output));
}

function itemOf(media: PlannedMedia, batch: readonly QueuedItem[]): QueuedItem | undefined {
  return batch.find(({ work }) => !isProject(work) && plannedName(work.output) === media.fileName);
}
