import type { Finding } from '../../../shared/model/finding.ts';
import type { TimecodeLabel } from '../../../shared/time/timecode.ts';
import type { PayloadCheck } from '../../media/log/collector.ts';
import type { DamageTotals } from '../../media/findings/damage-totals.ts';
import type { LogPart, PacketTable } from '../../media/packet-table.ts';

/** Which log format a session folder holds; also what exported files name as their source. */
export type LogFormat = 'tailslate' | 'nano-wal';

/** A declared end further than this behind the last packet is not believed: a file of silence helps nobody. */
export const MOST_TRAILING_SILENCE_MS = 24 * 3600 * 1000;

/** The label at T0 where the time of day is not known: no zone's idea of 1970. */
export const UNKNOWN_START: TimecodeLabel = { hours: 0, minutes: 0, seconds: 0, frames: 0 };

/** One participant of a session and the log track that holds them. */
export interface Player {
  /** Unique within the session. */
  readonly id: string;
  readonly name: string;
  /** Encoder lookahead at 48 kHz, in samples. */
  readonly preSkipSamples: number;
  /** Sample rate of the encoder's input, in hertz; for information only (RFC 7845 section 5.1). */
  readonly inputRate: number;
}

/** A marker somebody set while recording; a slate is the clap that cameras are matched by. */
export interface Marker {
  readonly positionSamples: number;
  readonly kind: 'marker' | 'slate';
  readonly name: string;
}

/** The packets of one player as references into the logs, with what was found on the way. */
export interface LoadedTrack {
  readonly player: Player;
  /** 2 when any packet is coded in stereo, else 1. */
  readonly channels: 1 | 2;
  readonly packets: PacketTable;
  /** What the packets' part numbers mean. */
  readonly parts: readonly LogPart[];
  /** Rows that repeat the row before them byte for byte; see place(). */
  readonly repeats: readonly number[];
  readonly findings: readonly Finding[];
  /** All damage in what was read for the track; `findings` names only so much of it. */
  readonly damageTotals: DamageTotals;
  /**
   * What must hold while payload is copied when the packets came from the logs' own indexes, which nobody has yet
   * compared with the payload; empty after a scan, which has.
   */
  readonly checks: readonly PayloadCheck[];
}

/**
 * How tracks are read. `indexed` trusts the indexes of sealed segments, which copying then checks;
 * `scan` reads and checks every byte.
 */
export type LoadMode = 'indexed' | 'scan';

export interface LoadOptions {
  readonly mode: LoadMode;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** A session folder that was opened: what its manifest and file headers say. Packets are read by `load`. */
export interface Session {
  readonly folder: string;
  readonly format: LogFormat;
  readonly id: string;
  readonly title: string;
  /** Wall clock at T0, microseconds since 1970 UTC. */
  readonly t0UnixMicros: number;
  /** False when nothing tells the wall clock at T0, which is then 0; timecode begins at UNKNOWN_START. */
  readonly t0Known: boolean;
  /** IANA zone of the machine that recorded, undefined where the log does not tell. */
  readonly zone: string | undefined;
  /** The recorded end, samples from T0; null for a session that was not closed. */
  readonly declaredEndSamples: number | null;
  readonly players: readonly Player[];
  readonly markers: readonly Marker[];
  /** What is wrong with the manifest and the file headers. */
  readonly findings: readonly Finding[];
  /** Bytes of all its log files. */
  readonly logBytes: number;
  /** About what a player's payload comes to. */
  playerBytes(playerId: string): number;
  /** A player's channels as far as headers and the last packets tell; `load` knows for certain. */
  likelyChannels(playerId: string): 1 | 2;
  /** Reads the tracks of these players in one pass. @throws AppError when a log cannot be read. */
  load(playerIds: readonly string[], options: LoadOptions): Promise<readonly LoadedTrack[]>;
  /**
   * The session's end in samples from T0, which every exported file shares: the declared end, or the end of the last
   * packet where that lies later or nothing is declared.
   * @param playerIds the players exported together: where their packets end is found out exactly.
   */
  endSamples(playerIds: readonly string[], options: LoadOptions): Promise<number>;
}
