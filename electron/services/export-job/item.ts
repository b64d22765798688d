import type { Finding } from '../../../shared/model/finding.ts';
import type { GapReport } from '../../../shared/model/gap-report.ts';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import type { TimecodeRateId } from '../../../shared/time/timecode.ts';
import type { Existing } from '../../io/output-file.ts';

/**
 * One file to make: everything that decides its bytes and its name, as plain data, so that it can be
 * sent to a worker or stored.
 */
export interface ExportItem {
  readonly sessionFolder: string;
  readonly playerId: string;
  /** What session and player are called in the file's metadata and in reports. */
  readonly names: { readonly session: string; readonly player: string };
  /** The file's first sample, counted from T0; negative where the start was moved back to a frame. */
  readonly originSamples: number;
  /** One past the file's last sample, counted from T0; the same for all players with session alignment. */
  readonly endSamples: number;
  readonly timecode: {
    readonly rate: TimecodeRateId;
    /** Frames since midnight at the first sample. */
    readonly startFrame: number;
    readonly label: string;
  };
  /** Place of this player among the session's, from 1, and how many there are. */
  readonly index: number;
  readonly of: number;
  readonly output: {
    readonly folder: string;
    /** Safe file stem; other items of the same export never share it. */
    readonly stem: string;
    readonly existing: Existing;
  };
  readonly verify: boolean;
}

/** Progress of one item: bytes written and, where it is verified, read again. */
export type OnProgress = (doneBytes: number, totalBytes: number) => void;

/** What became of an item. */
export type ExportOutcome =
  | {
      readonly status: 'done';
      readonly player: string;
      readonly path: string;
      readonly sizeBytes: number;
      readonly durationSamples: number;
      readonly timecode: string;
      readonly packets: number;
      /** SHA-256 of all exported packets in order, hexadecimal. */
      readonly packetsSha256: string;
      readonly report: GapReport;
      readonly findings: readonly Finding[];
      /** Absent only where verification was turned off. */
      readonly verification?: VerifyReport;
    }
  | {
      readonly status: 'skipped';
      readonly player: string;
      readonly reason: string;
      /** What is wrong with the logs; where no packet is left, the damage may be why. */
      readonly findings: readonly Finding[];
    };

/** Runs one item to its end, on whatever thread the host has for it. */
export type RunQueued = (
  item: ExportItem,
  options: {
    readonly signal: AbortSignal;
    readonly onProgress: OnProgress;
    /** Told the file that is being written. */
    readonly onPart: (partPath: string) => void;
  },
) => Promise<ExportOutcome>;
