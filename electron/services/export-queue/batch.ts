import { basename, join } from 'node:path';
import type {
  exportBatch,
  exportItem,
  exportProblem,
  exportResult,
} from '../../../shared/ipc/contract/exports.ts';
import type { Infer } from '../../../shared/ipc/declare.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { countsOf, STATES_IN_ORDER } from '../../../shared/model/export-counts.ts';
import type { MixReport } from '../../../shared/model/loudness.ts';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ExportItem, ExportOutcome } from '../export-job/item.ts';
import {
  type MadeMedia,
  mediaLeftAlone,
  missingLine,
  plannedName,
  type PlannedMedia,
  type ProjectItem,
  type ProjectOutcome,
} from '../export-job/project-item.ts';
import type { PlannedFile } from '../export-plan.ts';
import type { PlannedProject } from '../export-plan/projects.ts';

/** An item as the window sees it. */
export type ItemView = Infer<typeof exportItem>;
export type BatchView = Infer<typeof exportBatch>;
export type ProblemView = Infer<typeof exportProblem>;
export type ItemResult = Infer<typeof exportResult>;

/** One file of a batch as it is kept: what is shown of it, and what is needed to make it. */
export interface QueuedItem {
  readonly view: ItemView;
  readonly work: ExportItem | ProjectItem;
  /** What project files have to know of finished media. */
  readonly made?: MadeMedia;
  /**
   * The file that was being written when this was kept, or that could not be removed when it failed; what is left of
   * it is removed before the item runs again.
   */
  readonly partPath: string | null;
  /** Set where the session was being recorded when this was planned: its file ends there. */
  readonly live?: true;
}

/** A batch as it is kept; plain data. */
export interface Batch {
  readonly batchId: string;
  readonly title: string;
  readonly presetTitle: string | null;
  readonly createdUnixMicros: number;
  readonly finishedUnixMicros: number | null;
  readonly outFolder: string;
  readonly problems: readonly ProblemView[];
  readonly items: readonly QueuedItem[];
}

/** Where batches survive a restart. Every call is durable, or throws, before it returns. */
export interface BatchStore {
  /** Adds the batch with all its items, or replaces it. */
  putBatch(batch: Batch): void;
  /** Replaces one item of a batch that is there. */
  putItem(batchId: string, item: QueuedItem): void;
  removeBatch(batchId: string): void;
  /** Removes every finished batch. */
  removeFinished(): void;
  /** Batches with items still to run, in the order they were added. */
  unfinished(): readonly Batch[];
  get(batchId: string): Batch | undefined;
  /** Finished batches, the latest first. */
  history(query: HistoryQuery): { readonly total: number; readonly batches: readonly Batch[] };
}

export interface HistoryQuery {
  /** Occurs in a session's title, a player's or a file's name; empty for all. */
  readonly search: string;
  readonly sessionId: string | null;
  readonly offset: number;
  readonly limit: number;
}

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

export function isProject(work: QueuedItem['work']): work is ProjectItem {
  return 'project' in work;
}

function itemOf(media: PlannedMedia, batch: readonly QueuedItem[]): QueuedItem | undefined {
  return batch.find(({ work }) => !isProject(work) && plannedName(work.output) === media.fileName);
}

/** States in which an item has nothing left to do by itself. */
export function isSettled({ state }: ItemView): boolean {
  return state === 'done' || state === 'skipped' || state === 'failed' || state === 'cancelled';
}

/** The item as its outcome leaves it. */
export function withOutcome(item: QueuedItem, outcome: ExportOutcome): QueuedItem {
  if (outcome.status === 'skipped') return passedOver(item, outcome.reason);
  const result: ItemResult = {
    path: outcome.path,
    sizeBytes: outcome.sizeBytes,
    durationSamples: outcome.durationSamples,
    timecode: outcome.timecode,
    packets: outcome.packets,
    gaps: outcome.report.gaps.count,
    silenceSamples: outcome.report.silenceSamples,
    largestErrorSamples: outcome.report.largestErrorSamples,
    damagedRanges: outcome.report.damage.count,
    sha256: outcome.packetsSha256,
    ...(outcome.mixReport !== undefined && { mixReport: mixView(outcome.mixReport) }),
    verified:
      outcome.verification === undefined
        ? null
        : {
            ok: outcome.verification.ok,
            packetsIdentical: identicalPackets(outcome.verification, outcome.mixReport !== undefined),
            checks: outcome.verification.checks.length,
          },
  };
  const { path, durationSamples, tracks } = outcome;
  const done = { ...finished(item, result), made: { path, durationSamples, tracks } };
  return item.live === true ? { ...done, view: { ...done.view, trouble: STILL_RECORDED } } : done;
}

/** Recorded packets that were compared; those of a mix-down were made for it. */
function identicalPackets({ tracks }: VerifyReport, isMix: boolean): number {
  return isMix ? 0 : tracks.reduce((sum, { packets }) => sum + packets, 0);
}

/** As the contract has it, names no longer than it allows. */
function mixView({ players, ...report }: MixReport): NonNullable<ItemResult['mixReport']> {
  return {
    ...report,
    players: players.map(({ player, ...rest }) => ({ ...rest, player: player.slice(0, 500) })),
  };
}

const STILL_RECORDED: NonNullable<ItemView['trouble']> = {
  code: 'incomplete',
  message:
    'The session was still being recorded: this file ends where it was safe on disk when the export began.',
  next: 'Export it again when the recording has ended.',
};

/** The same of a project file; whom it lacks is its trouble, done though it is. */
export function withProject(item: QueuedItem, outcome: ProjectOutcome): QueuedItem {
  if (outcome.status === 'skipped') return passedOver(item, outcome.reason);
  const { path, sizeBytes, durationSamples, timecode, sha256, missing } = outcome;
  const done = finished(item, {
    path,
    sizeBytes,
    durationSamples,
    timecode,
    sha256,
    packets: 0,
    gaps: 0,
    silenceSamples: 0,
    largestErrorSamples: 0,
    damagedRanges: 0,
    verified: null,
  });
  if (missing.length === 0) return done;
  const trouble = { code: 'incomplete', message: missingLine(missing), next: 'Retry the files that failed.' };
  return { ...done, view: { ...done.view, trouble } };
}

function passedOver(item: QueuedItem, reason: string): QueuedItem {
  const { view } = item;
  const trouble = { code: 'nothing-to-do', message: reason, next: null };
  return {
    ...item,
    partPath: null,
    view: {
      ...view,
      state: 'skipped',
      speed: null,
      secondsLeft: null,
      doneBytes: view.totalBytes,
      trouble,
    },
  };
}

/** The item with its result, under the name that its file has. */
function finished(item: QueuedItem, result: ItemResult): QueuedItem {
  const { view } = item;
  const subfolder = view.fileName.slice(0, view.fileName.lastIndexOf('/') + 1);
  return {
    ...item,
    partPath: null,
    view: {
      ...view,
      state: 'done',
      speed: null,
      secondsLeft: null,
      doneBytes: view.totalBytes,
      trouble: null,
      result,
      fileName: `${subfolder}${basename(result.path)}`,
    },
  };
}

/** The item after its run ended in an error. */
export function withError(item: QueuedItem, error: unknown): QueuedItem {
  const cancelled = error instanceof AppError && error.code === 'cancelled';
  const trouble = troubleOf(error, item.view.fileName);
  return {
    ...item,
    view: {
      ...item.view,
      state: cancelled ? 'cancelled' : 'failed',
      doneBytes: 0,
      speed: null,
      secondsLeft: null,
      trouble: cancelled ? null : trouble,
    },
  };
}

/** An error as it is shown; one that is no AppError is a fault of ours and still says what it was about. */
export function troubleOf(error: unknown, what: string): NonNullable<ItemView['trouble']> {
  if (error instanceof AppError)
    return { code: error.code, message: error.message, next: error.next ?? null };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `${what} could not be made: ${reason}`,
    next: 'Try again; if it fails again, report the problem.',
  };
}

/** The item waiting to run, from the start. */
export function requeued(item: QueuedItem): QueuedItem {
  return {
    ...item,
    view: { ...item.view, state: 'queued', doneBytes: 0, speed: null, secondsLeft: null, trouble: null },
  };
}

/** Length of the file that an item makes, in seconds. */
function itemSeconds({ work }: QueuedItem): number {
  return (work.endSamples - work.originSamples) / SAMPLE_RATE;
}

/** The item with its progress; speed and time left are those since it began. */
export function progressed(
  item: QueuedItem,
  doneBytes: number,
  totalBytes: number,
  elapsedSeconds: number,
): QueuedItem {
  const share = totalBytes === 0 ? 0 : doneBytes / totalBytes;
  const known = elapsedSeconds > 0.05 && share > 0;
  // A verified item reads back what it wrote: the second half of its bytes.
  const state = !isProject(item.work) && item.work.verify && share >= 0.5 ? 'verifying' : 'running';
  return {
    ...item,
    view: {
      ...item.view,
      state,
      doneBytes,
      totalBytes,
      speed: known ? (share * itemSeconds(item)) / elapsedSeconds : null,
      secondsLeft: known ? (elapsedSeconds * (1 - share)) / share : null,
    },
  };
}
