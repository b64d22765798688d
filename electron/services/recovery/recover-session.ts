import type { Infer } from '../../../shared/ipc/declare.ts';
import type { recoveryReport } from '../../../shared/ipc/contract/reports.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { sessionFindings } from '../../../shared/model/finding.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import { type Inspection, inspectSession, type PlayerInspection } from '../inspect.ts';

export type RecoveryReport = Infer<typeof recoveryReport>;

/** As many as a report carries. */
const MOST_FINDINGS = 1000;

/** What recovery is given from outside. */
export interface RecoveryPorts {
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
  /** Who records into a folder right now; undefined when nobody does. */
  readonly isHeld: (folder: string) => Promise<string | undefined>;
  readonly nowUnixMicros: () => number;
}

/** What a scan found, and the inspection that it is a summary of. */
export interface Recovery {
  readonly report: RecoveryReport;
  readonly inspection: Inspection;
}

/**
 * Reads every byte of a session's logs and says what was kept of each track and what was not. Nothing is written, so
 * the same logs give the same report, the time of the scan aside.
 * @throws AppError `locked` for a session that is being recorded; others when the folder is no session or unreadable.
 */
export async function recoverSession(
  folder: string,
  { signal, onProgress, isHeld, nowUnixMicros }: RecoveryPorts,
): Promise<Recovery> {
  const choices = { rate: timecodeRate('25'), zone: 'utc' };
  const holder = await isHeld(folder);
  if (holder !== undefined) {
    throw new AppError('locked', `${folder} is being recorded by ${holder}.`, {
      next: 'Stop that recording first; a session that was stopped needs no recovery.',
    });
  }
  const inspection = await inspectSession(folder, choices, { signal, onProgress });
  return { inspection, report: reportOf(inspection, nowUnixMicros()) };
}

function reportOf(inspection: Inspection, scannedUnixMicros: number): RecoveryReport {
  const { id, title, durationSamples, players } = inspection;
  return {
    sessionId: id,
    title,
    scannedUnixMicros,
    durationSamples,
    tracks: players.map(recoveredTrack),
    findings: sessionFindings(inspection).slice(0, MOST_FINDINGS),
  };
}

/** A torn tail is what a crash cut off; all other damage is counted beside it. */
function recoveredTrack(player: PlayerInspection): RecoveryReport['tracks'][number] {
  const { id: playerId, name, packets, keptSamples, endSamples, findings, report } = player;
  const torn = findings.filter(({ kind }) => kind === 'torn-tail');
  const tornBytes = torn.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);
  return {
    playerId,
    name,
    keptPackets: packets,
    keptSamples,
    tornBytes,
    damagedRanges: report.damage.count - torn.length,
    damagedBytes: report.damage.bytes - tornBytes,
    lastGoodSamples: endSamples,
  };
}
