import type { PlannedFile } from '../export-plan.ts';
import type { PlannedProject } from '../export-plan/projects.ts';
import type { QueuedItem } from './batch.ts';

/** A planned file as an item of the queue; one that is not to be written is done already. */
export function queuedItem(itemId: string, file: PlannedFile): QueuedItem {
  const skipped = file.skipReason !== undefined;
  return {
    view: {
      itemId,
      sessionId: file.sessionId,
      sessionTitle: file.sessionTitle.slice(0, 500),
      playerName: file.playerId === null ? null : file.player.slice(0, 500),
      kind: file.kind,
      fileName: file.fileName,
      state: skipped ? 'skipped' : 'queued',
      doneBytes: 0,
      totalBytes: skipped ? 0 : file.item.verify ? 2 * file.estimatedBytes : file.estimatedBytes,
      speed: null,
      secondsLeft: null,
      trouble:
        file.skipReason === undefined ? null : { code: 'exists', message: file.skipReason, next: null },
      result: null,
    },
    work: file.item,
    partPath: null,
  };
}

/** A planned project file as an item of the queue, behind the media that it refers to. */
export function queuedProject(itemId: string, file: PlannedProject): QueuedItem {
  const skipped = file.skipReason !== undefined;
  return {
    view: {
      itemId,
      sessionId: file.sessionId,
      sessionTitle: file.sessionTitle.slice(0, 500),
      playerName: null,
      kind: file.kind,
      fileName: file.fileName,
      state: skipped ? 'skipped' : 'queued',
      doneBytes: 0,
      totalBytes: skipped ? 0 : file.estimatedBytes,
      speed: null,
      secondsLeft: null,
      trouble:
        file.skipReason === undefined ? null : { code: 'exists', message: file.skipReason, next: null },
      result: null,
    },
    work: file.item,
    partPath: null,
  };
}
