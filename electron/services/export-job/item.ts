import type { ErrorDetail } from '../../../shared/model/error-detail.ts';
import type { AppError } from '../../../shared/model/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { GapReport } from '../../../shared/model/gap-report.ts';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import type { TimecodeRateId } from '../../../shared/time/timecode.ts';
import type { DiskWatch } from '../../io/disk-watch.ts';
import type { Existing } from '../../io/output-file.ts';
import type { MixPlace, MixReport } from '../../../shared/model/loudness.ts';
import type { MixKbps, PcmFormat } from '../../../shared/model/media-formats.ts';
import type { Marker } from '../session/session.ts';

/** Which kind of file an item makes; who switches over it ends in `assertNever`. */
export type ItemFormat =
  | {
      readonly kind: 'm4a';
      /** Written in pieces that can each be read before the next is there. */
      readonly fragmented: boolean;
    }
  | { readonly kind: 'bwf' | 'mov'; readonly samples: PcmFormat }
  | { readonly kind: 'ogg' }
  | {
      readonly kind: 'mix';
      readonly samples: PcmFormat;
      /** Where each of the players stands, in their order. */
      readonly places: readonly MixPlace[];
    }
  | {
      readonly kind: 'mix-m4a' | 'mix-ogg';
      readonly kbps: MixKbps;
      readonly places: readonly MixPlace[];
    };

/** A mix-down that is encoded. */
export type EncodedMixFormat = Extract<ItemFormat, { readonly kind: 'mix-m4a' | 'mix-ogg' }>;

/** A player as a file names them. */
export interface ItemPlayer {
  readonly id: string;
  readonly name: string;
  /** Place among the session's players, from 1. */
  readonly index: number;
}

/**
 * One file to make: everything that decides its bytes and its name, as plain data, so that it can be
 * sent to a worker or stored.
 */
export interface ExportItem {
  readonly sessionFolder: string;
  /** What the session is called in the file's metadata and in reports. */
  readonly sessionTitle: string;
  readonly format: ItemFormat;
  /** Who is in the file, in the order of its tracks: one player, or all that were chosen. */
  readonly players: readonly ItemPlayer[];
  /** How many players the session has. */
  readonly of: number;
  /** The session's, counted from T0, for formats that hold chapters or cues. */
  readonly markers: readonly Marker[];
  /** The file's first sample, counted from T0; negative where the start was moved back to a frame. */
  readonly originSamples: number;
  /** One past the file's last sample, counted from T0; the same for all players with session alignment. */
  readonly endSamples: number;
  /**
   * Set where the session was being recorded when this was planned: the file ends at `endSamples`, as all files of its
   * export do, whatever has been recorded since.
   */
  readonly live?: true;
  readonly timecode: {
    readonly rate: TimecodeRateId;
    /** Frames since midnight at the first sample. */
    readonly startFrame: number;
    readonly label: string;
  };
  /** Date and time of day at T0 where the session shows them, `2026-11-20` and `10-01-48`; null where nobody knows. */
  readonly localStart: { readonly date: string; readonly time: string } | null;
  readonly output: {
    /** The export's folder, which is there: a disk that was taken away is not to be written beside. */
    readonly folder: string;
    /** Below it, with forward slashes, made where it is missing; empty for none. */
    readonly subfolder: string;
    /** Safe file stem; with the extension, other items of the same export never share it. */
    readonly stem: string;
    /** Without the dot. */
    readonly extension: string;
    readonly existing: Existing;
  };
  readonly verify: boolean;
}

/** Progress of one item: bytes written and, where it is verified, read again. */
export type OnProgress = (doneBytes: number, totalBytes: number) => void;

/** A player's channels in a file. */
export interface MadeTrack {
  readonly playerId: string;
  readonly channels: number;
}

/** What became of an item. */
export type ExportOutcome =
  | {
      readonly status: 'done';
      /** Who is in the file. */
      readonly player: string;
      readonly path: string;
      /** Why the folder could not be synced behind the file's name; absent where it was. */
      readonly unsynced?: string;
      readonly sizeBytes: number;
      readonly durationSamples: number;
      /** Whom the file holds in which order, and how many channels each has; a mix-down holds nobody's own. */
      readonly tracks: readonly MadeTrack[];
      readonly timecode: string;
      /** Recorded packets of all its players. */
      readonly packets: number;
      /**
       * SHA-256 of all exported packets in order, hexadecimal; of the players' digests in this form, one after the
       * other, where there are several.
       */
      readonly packetsSha256: string;
      /** Of all players together. */
      readonly report: GapReport;
      readonly findings: readonly Finding[];
      /** Of a mix-down. */
      readonly mixReport?: MixReport;
      /** Absent only where verification was turned off. */
      readonly verification?: VerifyReport;
    }
  | {
      readonly status: 'skipped';
      readonly player: string;
      readonly reason: string;
      /** The same for other languages; absent where nothing but the sentence is known. */
      readonly detail?: ErrorDetail;
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
    /** Stands in the name of the part file, where what is left of it is to be known as this item's. */
    readonly owner?: string;
    /** Counts the calls to the disk that the file goes to. */
    readonly watch: DiskWatch;
    /** Aborted when nobody waits for the item any more, which does not end: whatever it holds is to be replaced. */
    readonly givenUp: AbortSignal;
  },
) => Promise<ExportOutcome>;

/** Why an item is passed over, of the error that said so. */
export function skipReason({ message, detail }: AppError): {
  readonly reason: string;
  readonly detail?: ErrorDetail;
} {
  return { reason: message, ...(detail !== undefined && { detail }) };
}
