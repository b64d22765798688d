import { basename } from 'node:path';
import { detailedTrouble, troubleOfError } from '../../../shared/model/detailed-error.ts';
import type { ErrorDetail, Trouble } from '../../../shared/model/error-detail.ts';
import { AppError } from '../../../shared/model/errors.ts';
import type { MixReport } from '../../../shared/model/loudness.ts';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ExportOutcome } from '../export-job/item.ts';
import type { ProjectOutcome } from '../export-job/project-item.ts';
import { isProject, type ItemResult, type QueuedItem } from './batch.ts';
import { silenceOfFile } from '../../../shared/model/gap-report.ts';

/** The item as its outcome leaves it. */
export function withOutcome(item: QueuedItem, outcome: ExportOutcome): QueuedItem {
  if (outcome.status === 'skipped') return passedOver(item, outcome);
  const result: ItemResult = {
    path: outcome.path,
    sizeBytes: outcome.sizeBytes,
    durationSamples: outcome.durationSamples,
    timecode: outcome.timecode,
    packets: outcome.packets,
    gaps: outcome.report.gaps.count,
    silenceSamples: silenceOfFile(outcome.tracks, outcome.report),
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
  if (outcome.unsynced !== undefined) return withTrouble(done, unsynced(outcome.path));
  return 'live' in item.work ? withTrouble(done, STILL_RECORDED) : done;
}

function withTrouble(item: QueuedItem, trouble: Trouble): QueuedItem {
  return { ...item, view: { ...item.view, trouble } };
}

/** A file that has its name is done: making it again would make a second one beside it. */
function unsynced(path: string): Trouble {
  return detailedTrouble({ kind: 'not-durable', path }, 'not-durable');
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

const STILL_RECORDED = detailedTrouble({ kind: 'still-recorded' }, 'incomplete');

/** The same of a project file; whom it lacks is its trouble, done though it is. */
export function withProject(item: QueuedItem, outcome: ProjectOutcome): QueuedItem {
  if (outcome.status === 'skipped') return passedOver(item, outcome);
  const { path, sizeBytes, durationSamples, timecode, sha256, missing } = outcome;
  const done = finished(item, {
    path,
    sizeBytes,
    durationSamples,
    timecode,
    sha256,
    packets: 0,
    gaps: 0,
    silenceSamples: null,
    largestErrorSamples: 0,
    damagedRanges: 0,
    verified: null,
  });
  if (missing.length > 0) {
    const players = missing.map((player) => `"${player}"`).join(', ');
    return withTrouble(
      done,
      detailedTrouble({ kind: 'players-missing', players, count: missing.length }, 'incomplete'),
    );
  }
  return outcome.unsynced === undefined ? done : withTrouble(done, unsynced(path));
}

function passedOver(
  item: QueuedItem,
  { reason, detail }: { readonly reason: string; readonly detail?: ErrorDetail },
): QueuedItem {
  const { view } = item;
  const trouble: Trouble = {
    code: 'nothing-to-do',
    message: reason,
    next: null,
    ...(detail !== undefined && { detail }),
  };
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
export function troubleOf(error: unknown, what: string): Trouble {
  if (error instanceof AppError) return troubleOfError(error);
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
      trouble: null,
    },
  };
}

/** The item while its disk is waited for; null when it answers again. */
export function awaiting(item: QueuedItem, waitedSeconds: number | null): QueuedItem {
  const trouble =
    waitedSeconds === null ? null : detailedTrouble({ kind: 'disk-silent', waitedSeconds }, 'no-answer');
  const view = { ...item.view, trouble };
  return { ...item, view: { ...view, ...(waitedSeconds !== null && { speed: null, secondsLeft: null }) } };
}

/** The item after it was cancelled while a call to its disk did not come back. */
export function abandoned(item: QueuedItem, partPath: string): QueuedItem {
  const trouble = detailedTrouble({ kind: 'cancelled-in-silence', path: partPath }, 'no-answer');
  return withTrouble({ ...item, partPath }, trouble);
}

/** An item that waits because its folder does not answer, or no longer. */
export function behindSilence(item: QueuedItem, isSilent: boolean): QueuedItem {
  const { folder } = item.work.output;
  const trouble = detailedTrouble({ kind: 'folder-silent', path: folder }, 'no-answer');
  return { ...item, view: { ...item.view, trouble: isSilent ? trouble : null } };
}
