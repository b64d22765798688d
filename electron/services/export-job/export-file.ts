import { createHash } from 'node:crypto';
import { detailedError, sentenceOf } from '../../../shared/model/detailed-error.ts';
import { AppError, assertNever } from '../../../shared/model/errors.ts';
import { type Finding, isDamage } from '../../../shared/model/finding.ts';
import { numberedNames } from '../../../shared/model/file-name.ts';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import { DiskWatch } from '../../io/disk-watch.ts';
import {
  DISK_CALLS,
  ensureSubfolder,
  type OutputCalls,
  OutputFile,
  type Writes,
} from '../../io/output-file.ts';
import { sumOfReports } from '../../media/timeline/gap-report.ts';
import { StaleIndexError } from '../session/index-checks.ts';
import { openSession } from '../session/open-session.ts';
import type { LoadMode, Session } from '../session/session.ts';
import type { ExportItem, ExportOutcome, MadeTrack, OnProgress } from './item.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { loadSources, type SourceTrack } from './source-track.ts';
import { writeBwf } from './write-bwf.ts';
import { writeM4a } from './write-m4a.ts';
import { writeMix } from './write-mix.ts';
import { writeMixM4a } from './write-mix-m4a.ts';
import { writeMixOgg } from './write-mix-ogg.ts';
import { writeMov } from './write-mov.ts';
import { writeOgg } from './write-ogg.ts';
import { skipReason } from './item.ts';

export interface ExportFileOptions {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Told the path of the file that is being written, for who must remove it should this thread die. */
  readonly onPart?: (partPath: string) => void;
  /** Stands in the name of the part file, so that what is left of it is known as its owner's. */
  readonly owner?: string;
  /** The disk that the file goes to; the system's when left out. */
  readonly disk?: OutputCalls;
  /** Counts the calls to it, for who is to know whether it answers. */
  readonly watch?: DiskWatch;
  /** Where an m4a's bytes are written; the other formats' are on this thread. */
  readonly writes?: Writes;
}

/**
 * Makes one file: reads the players' packets, places them, fills the gaps, writes `.part`, syncs it, compares what
 * the operating system gives back with what was recorded, and only then gives it its name. Cancelled or failed, it
 * leaves nothing behind.
 * @throws AppError with what, why and what next; the signal's reason when it is aborted.
 */
export async function exportFile(item: ExportItem, options: ExportFileOptions): Promise<ExportOutcome> {
  const session = await openSession(item.sessionFolder);
  try {
    return await attempt(session, item, 'indexed', options);
  } catch (error) {
    if (!(error instanceof StaleIndexError)) throw error;
    // The log was damaged after its segments were sealed: read every byte and report what is wrong.
    return attempt(session, item, 'scan', options);
  }
}

async function attempt(
  session: Session,
  item: ExportItem,
  mode: LoadMode,
  options: ExportFileOptions,
): Promise<ExportOutcome> {
  const loaded = await loadSources(session, item, mode, options.signal);
  try {
    // What concerns a log as a whole is found for every player.
    const findings = [...new Set([...session.findings, ...loaded.flatMap(({ track }) => track.findings)])];
    const sources = loaded.filter(({ track }) => track.packets.count > 0);
    if (sources.length === 0) {
      const detail = { kind: findings.some(isDamage) ? 'nothing-readable' : 'nothing-recorded' } as const;
      const { message: reason } = sentenceOf(detail);
      return { status: 'skipped', player: namesOf(item.players), reason, detail, findings };
    }
    return await toFile(session, item, sources, findings, options);
  } finally {
    for (const { reader } of loaded) reader.close();
  }
}

async function toFile(
  session: Session,
  item: ExportItem,
  sources: readonly SourceTrack[],
  findings: readonly Finding[],
  options: ExportFileOptions,
): Promise<ExportOutcome> {
  const { folder, subfolder, stem, extension } = item.output;
  const { disk = DISK_CALLS, owner, watch = new DiskWatch(), writes = 'here' } = options;
  const place = subfolder === '' ? folder : await watch.during(() => ensureSubfolder(folder, subfolder));
  const output = await OutputFile.create(place, `${stem}.${extension}`, {
    calls: watch.counted(disk),
    owner,
    writes,
  });
  options.onPart?.(output.partPath);
  try {
    return await produce(session, item, sources, findings, output, options);
  } catch (error) {
    await watch.during(() => output.discard());
    if (error instanceof AppError && error.code === 'exists' && item.output.existing === 'skip') {
      return { status: 'skipped', player: namesOf(item.players), ...skipReason(error), findings: [] };
    }
    throw error;
  }
}

async function produce(
  session: Session,
  item: ExportItem,
  sources: readonly SourceTrack[],
  findings: readonly Finding[],
  output: OutputFile,
  { signal, onProgress }: ExportFileOptions,
): Promise<ExportOutcome> {
  const passes = item.verify ? 2 : 1;
  const { sizeBytes, digests, mixReport, verify } = await writeMedia({
    session,
    item,
    sources,
    output,
    signal,
    onWrite: (positionBytes, totalBytes) => {
      onProgress(positionBytes, passes * totalBytes);
    },
  });

  // The disk works on the sync while the file is read back. Verification proves that the system gives back what was
  // written, from its memory mostly; that it is on the disk is the sync's word. The name needs both.
  const synced = output.sync();
  synced.catch(() => undefined);
  let verification: VerifyReport | undefined;
  if (item.verify) {
    verification = await verify((doneBytes) => {
      onProgress(sizeBytes + doneBytes, passes * sizeBytes);
    });
    if (!verification.ok) throw unverified(output, verification);
  }
  await synced;
  signal.throwIfAborted();
  const { stem, extension, existing } = item.output;
  const { path, unsynced } = await output.commit(numberedNames(stem, extension), existing);
  onProgress(passes * sizeBytes, passes * sizeBytes);
  const report = sumOfReports(sources.map((source) => source.report));
  return {
    status: 'done',
    player: namesOf(sources.map(({ player }) => player)),
    path,
    ...(unsynced !== null && { unsynced }),
    sizeBytes,
    durationSamples: sources[0]?.filled.editDurationSamples ?? 0,
    tracks: mixReport === undefined ? sources.map(trackOf) : [],
    timecode: item.timecode.label,
    packets: report.packets,
    packetsSha256: digestOf(digests),
    report,
    findings,
    ...(mixReport !== undefined && { mixReport }),
    ...(verification !== undefined && { verification }),
  };
}

/** Writes and closes nothing: naming, syncing and removing the file is the caller's. */
function writeMedia(job: MediaJob): Promise<WrittenMedia> {
  const { format } = job.item;
  switch (format.kind) {
    case 'm4a':
      return writeM4a(job, format.fragmented);
    case 'bwf':
      return writeBwf(job, format.samples);
    case 'mov':
      return writeMov(job, format.samples);
    case 'ogg':
      return writeOgg(job);
    case 'mix':
      return writeMix(job, format);
    case 'mix-m4a':
      return writeMixM4a(job, format);
    case 'mix-ogg':
      return writeMixOgg(job, format);
    default:
      return assertNever(format);
  }
}

function trackOf({ player, track }: SourceTrack): MadeTrack {
  return { playerId: player.id, channels: track.channels };
}

function namesOf(players: ExportItem['players']): string {
  return players.map(({ name }) => name).join(', ');
}

function digestOf(digests: readonly string[]): string {
  const [only, ...others] = digests;
  if (only !== undefined && others.length === 0) return only;
  return createHash('sha256').update(digests.join('')).digest('hex');
}

function unverified({ partPath }: OutputFile, { checks }: VerifyReport): AppError {
  const failed = checks.filter(({ ok }) => !ok);
  const found = failed.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
  return detailedError({
    kind: 'not-as-written',
    path: partPath,
    check: failed[0]?.name ?? 'readable',
    found,
  });
}
