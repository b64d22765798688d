import type { MixReport } from '../../../shared/model/loudness.ts';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import type { OutputFile } from '../../io/output-file.ts';
import type { Session } from '../session/session.ts';
import type { ExportItem, OnProgress } from './item.ts';
import type { SourceTrack } from './source-track.ts';

/** What a writer of one format is given: the tracks, and the file they go into. */
export interface MediaJob {
  readonly session: Session;
  readonly item: ExportItem;
  /** At least one, each with packets, all of one length. */
  readonly sources: readonly SourceTrack[];
  readonly output: OutputFile;
  readonly signal: AbortSignal;
  /** Told the position reached and the size the file will have; may throw to stop. */
  readonly onWrite: OnProgress;
}

/** A file that is written and not yet named. */
export interface WrittenMedia {
  readonly sizeBytes: number;
  /** SHA-256 over the recorded packets of each track, in hex. */
  readonly digests: readonly string[];
  /** Of a mix-down. */
  readonly mixReport?: MixReport;
  /** Reads the file back and says whether it is what was to be written. */
  readonly verify: (onRead: OnProgress) => Promise<VerifyReport>;
}
