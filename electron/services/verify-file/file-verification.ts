import type { WrittenFormat } from '../../../shared/model/media-formats.ts';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import type { ReadProgress } from '../../media/read-blocks.ts';

/** What the checks of a file gave. */
export interface Verified {
  readonly report: VerifyReport;
  /** What the file is, by its content. */
  readonly format: WrittenFormat;
  /** The session it was compared with, if any. */
  readonly session: string | null;
  /** A mix-down: its packets were encoded anew, so there is nothing in a session to compare them with. */
  readonly encoded: boolean;
  /** What nobody could look at, a sentence each with the reason. */
  readonly notCompared: readonly string[];
}

/** What the checks of one file gave, and which file it was. */
export interface FileVerification extends VerifyReport, Omit<Verified, 'report'> {
  readonly path: string;
}

export interface VerifyFileOptions extends ReadProgress {
  readonly signal: AbortSignal;
}

/** Why the packets of a mix-down are compared with no session's. */
export const ENCODED = 'the packets: they were encoded for the mix-down, and are in no session';
