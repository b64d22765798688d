import { AppError } from '../../../shared/model/errors.ts';
import { isDamage } from '../../../shared/model/finding.ts';
import { numberedNames } from '../../../shared/model/file-name.ts';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import { OutputFile } from '../../io/output-file.ts';
import { PayloadReader } from '../../io/payload-reader.ts';
import { release } from '../../media/bytes/release.ts';
import { damageAmong, sumOfDamage } from '../../media/findings/damage-totals.ts';
import { Muxer, type MuxerSpec } from '../../media/mp4/muxer.ts';
import { verifyMovie } from '../../media/mp4/verify.ts';
import { type SilenceSet, silenceFrames } from '../../media/opus/silence.ts';
import type { FilledTrack } from '../../media/timeline/fill.ts';
import { gapReport } from '../../media/timeline/gap-report.ts';
import { StaleIndexError } from '../session/index-checks.ts';
import { openSession } from '../session/open-session.ts';
import type { LoadMode, LoadedTrack, Session } from '../session/session.ts';
import type { ExportItem, ExportOutcome, OnProgress } from './item.ts';
import { loadFilled } from './load-filled.ts';
import { movieSpec } from './movie-spec.ts';
import { PayloadWriter } from './payload-writer.ts';
import { silenceFor } from './silence.ts';

export interface ExportPlayerOptions {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Told the path of the file that is being written, for who must remove it should this thread die. */
  readonly onPart?: (partPath: string) => void;
}

/**
 * Makes one file: reads the player's packets, places them, fills the gaps, writes `.part`, syncs it, compares what
 * the operating system gives back with what was recorded, and only then gives it its name. Cancelled or failed, it
 * leaves nothing behind.
 * @throws AppError with what, why and what next; the signal's reason when it is aborted.
 */
export async function exportPlayer(item: ExportItem, options: ExportPlayerOptions): Promise<ExportOutcome> {
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
  options: ExportPlayerOptions,
): Promise<ExportOutcome> {
  const { track, filled } = await loadFilled(session, item, mode, options.signal);
  if (filled.placement.packets.count === 0) {
    const findings = [...session.findings, ...track.findings];
    const reason = findings.some(isDamage) ? 'No packet could be read.' : 'No packets were recorded.';
    return { status: 'skipped', player: item.names.player, reason, findings };
  }
  const output = await OutputFile.create(item.output.folder, `${item.output.stem}.m4a`);
  options.onPart?.(output.partPath);
  try {
    return await produce(session, track, item, filled, output, options);
  } catch (error) {
    await output.discard();
    if (error instanceof AppError && error.code === 'exists' && item.output.existing === 'skip') {
      return { status: 'skipped', player: item.names.player, reason: error.message, findings: [] };
    }
    throw error;
  }
}

async function produce(
  session: Session,
  track: LoadedTrack,
  item: ExportItem,
  filled: FilledTrack,
  output: OutputFile,
  { signal, onProgress }: ExportPlayerOptions,
): Promise<ExportOutcome> {
  const { packets } = filled.placement;
  const silence = silenceFor(track.channels);
  const findings = [...session.findings, ...track.findings];
  const report = gapReport(
    filled,
    findings,
    sumOfDamage([damageAmong(session.findings), track.damageTotals]),
  );
  const spec = movieSpec(session, track, item, filled, report);
  const layout = writeHead(output, spec, filled, silence);
  const workBytes = item.verify ? layout.totalBytes * 2 : layout.totalBytes;

  const reader = new PayloadReader(session.folder, track.parts);
  try {
    const writer = new PayloadWriter(output, layout.headBytes, {
      checks: track.checks,
      onWrite: (positionBytes) => {
        signal.throwIfAborted();
        onProgress(positionBytes, workBytes);
      },
    });
    await writeAll(writer, reader, filled, silence);
    const { endByte, sha256 } = await writer.finish();
    if (endByte !== layout.totalBytes) {
      throw new AppError(
        'internal',
        `${output.partPath} came out ${endByte} bytes long instead of ${layout.totalBytes}.`,
      );
    }
    if (layout.digestOffset !== undefined) output.write(Buffer.from(sha256, 'latin1'), layout.digestOffset);

    // The disk works on the sync while the file is read back. Verification proves that the system gives back what was
    // written, from its memory mostly; that it is on the disk is the sync's word. The name needs both.
    const synced = output.sync();
    synced.catch(() => undefined);
    let verification: VerifyReport | undefined;
    if (item.verify) {
      verification = await verifyMovie(output.source(layout.totalBytes), {
        expected: [{ ...packets, sha256, readPacket: (row: number) => reader.packet(packets, row) }],
        signal,
        onProgress: (doneBytes: number) => {
          onProgress(layout.totalBytes + doneBytes, workBytes);
        },
      });
      if (!verification.ok) throw unverified(output, verification);
    }
    await synced;
    signal.throwIfAborted();
    const path = await output.commit(numberedNames(item.output.stem, 'm4a'), item.output.existing);
    onProgress(workBytes, workBytes);
    return {
      status: 'done',
      player: item.names.player,
      path,
      sizeBytes: layout.totalBytes,
      durationSamples: filled.editDurationSamples,
      timecode: item.timecode.label,
      packets: packets.count,
      packetsSha256: sha256,
      report,
      findings,
      ...(verification !== undefined && { verification }),
    };
  } finally {
    reader.close();
  }
}

/** Lays the file out and writes what comes before the payload, 4 bytes a packet that nobody keeps. */
function writeHead(
  output: OutputFile,
  spec: MuxerSpec,
  filled: FilledTrack,
  silence: SilenceSet,
): { headBytes: number; totalBytes: number; digestOffset: number | undefined } {
  const muxer = new Muxer(spec);
  addAll(muxer, filled, silence);
  const { head, totalBytes, digestOffset } = muxer.finish();
  const headBytes = head.length;
  output.write(head, 0);
  release(head);
  return { headBytes, totalBytes, digestOffset };
}

/** Tells the muxer every sample's size and length, in order. */
function addAll(muxer: Muxer, filled: FilledTrack, silence: SilenceSet): void {
  const { packets, runs } = filled.placement;
  const addFiller = (units: number): void => {
    for (const frame of silenceFrames(units)) {
      muxer.addFiller(0, silence.packet(frame.units).length, frame.units, frame.count);
    }
  };
  for (let run = 0; run < runs.count; run++) {
    addFiller(filled.fillerUnitsBefore[run] ?? 0);
    const first = runs.firstPacket[run] ?? 0;
    const end = runs.firstPacket[run + 1] ?? packets.count;
    muxer.addSamples(0, packets.sizesBytes, packets.durationUnits, first, end - first);
  }
  addFiller(filled.tailFillerUnits);
}

/** Writes every sample's payload in the same order. */
async function writeAll(
  writer: PayloadWriter,
  reader: PayloadReader,
  filled: FilledTrack,
  silence: SilenceSet,
): Promise<void> {
  const { packets, runs } = filled.placement;
  const writeFiller = async (units: number): Promise<void> => {
    for (const frame of silenceFrames(units)) await writer.filler(silence.packet(frame.units), frame.count);
  };
  for (let run = 0; run < runs.count; run++) {
    await writeFiller(filled.fillerUnitsBefore[run] ?? 0);
    await writer.packets(
      reader,
      packets,
      runs.firstPacket[run] ?? 0,
      runs.firstPacket[run + 1] ?? packets.count,
    );
  }
  await writeFiller(filled.tailFillerUnits);
}

function unverified(output: OutputFile, report: VerifyReport): AppError {
  const failed = report.checks.filter((check) => !check.ok).map((check) => `${check.name}: ${check.detail}`);
  return new AppError(
    'verify-failed',
    `${output.partPath} did not read back as it was written (${failed.join('; ')}).`,
    {
      next: 'Nothing was kept. Check the disk, then export again.',
    },
  );
}
