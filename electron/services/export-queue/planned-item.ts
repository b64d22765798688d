import { detailedTrouble } from '../../../shared/model/detailed-error.ts';
import type { PlannedFile } from '../export-plan.ts';
import type { PlannedProject } from '../export-plan/projects.ts';
import type { QueuedItem } from './batch.ts';

/**
 * A planned file as an item of the queue: a project file stands behind the media that it refers to. One that is not to be
 * written is done already.
 */
export function queuedItem(itemId: string, file: PlannedFile | PlannedProject): QueuedItem {
  const { item, kind, sessionId, sessionTitle, fileName, estimatedBytes, skipReason } = file;
  const skipped = skipReason !== undefined;
  // What is verified is read once more.
  const passes = 'verify' in item && item.verify ? 2 : 1;
  return {
    view: {
      itemId,
      sessionId,
      sessionTitle: sessionTitle.slice(0, 500),
      playerName: playerNameOf(file),
      kind,
      fileName,
      state: skipped ? 'skipped' : 'queued',
      doneBytes: 0,
      totalBytes: skipped ? 0 : passes * estimatedBytes,
      speed: null,
      secondsLeft: null,
      trouble: skipped ? detailedTrouble({ kind: 'name-taken', path: fileName }) : null,
      result: null,
    },
    work: item,
    partPath: null,
  };
}

/** Whose file it is, as it is shown; null where it is of several. */
export function playerNameOf(file: PlannedFile | PlannedProject): string | null {
  return 'player' in file && file.playerId !== null ? file.player.slice(0, 500) : null;
}
