import type { AppError } from '../../../shared/model/errors.ts';
import type { ClockAnchor, LogMarker, TrackEvent } from '../../media/log/entry.ts';
import type { Manifest } from '../../media/log/manifest.ts';
import type { TrackInfo } from '../../media/log/track-info.ts';
import type { LogIdentity, SegmentClock } from '../../media/log/writer.ts';

/** Whatever `setTimer` returned. */
type Timer = NodeJS.Timeout | number;

/** What a recording needs of time. */
export interface RecordingClock {
  wallUnixMicros(): number;
  monotonicMicros(): number;
  setTimer(callback: () => void, millis: number): Timer;
  clearTimer(timer: Timer): void;
}

/** How far a log's writing has come. */
interface LogState {
  /** Per track, the end of the last packet on stable storage. */
  readonly durableSamples: ReadonlyMap<number, number>;
  /** Age of the oldest byte that is not durable. */
  readonly lagMillis: number;
  /** The log takes nothing more; all that is durable stays readable. */
  readonly failure: AppError | undefined;
}

/** The log of one session, on whatever disk; trouble with that disk is in its state. */
export interface RecordingLog {
  readonly state: LogState;
  /** Takes packets that follow each other; false when they are not recorded, as the disk does not keep up or failed. */
  append(track: number, positionSamples: number, packets: readonly Uint8Array[]): boolean;
  track(positionSamples: number, info: TrackInfo): void;
  anchor(anchor: ClockAnchor): void;
  marker(marker: LogMarker): void;
  event(event: TrackEvent): void;
  /** @throws AppError when session.json cannot be replaced; the log goes on. */
  replaceManifest(manifest: Manifest): Promise<void>;
  /** Ends here, exactly, and resolves when all of it is durable. @throws AppError */
  end(positionSamples: number, manifest: Manifest): Promise<void>;
  /** Lets go without an end. */
  close(): Promise<void>;
}

/** A session's log as it begins. */
export interface NewLog {
  readonly identity: LogIdentity;
  readonly manifest: Manifest;
  readonly durabilityMillis: DurabilityMillis;
  /** Both clocks at one moment; the wall clock is counted on from the start, so that setting it moves nothing. */
  readonly clock: () => SegmentClock;
  /** Called when the log's state has changed. */
  readonly onState: () => void;
}

/** How much of a recording a power cut may cost. */
export type DurabilityMillis = 250 | 500 | 1000 | 2000;

/** What the recording service is given by its host. */
export interface RecordingPorts {
  readonly clock: RecordingClock;
  /**
   * Makes a session's folder with an empty, durable log.
   * @throws AppError `exists` or `locked` when the folder is somebody's, others when it cannot be made.
   */
  readonly openLog: (folder: string, log: NewLog) => Promise<RecordingLog>;
  /** Folders to try, best first, for a session of this title. */
  readonly folders: (title: string, startUnixMicros: number, zone: string) => Iterable<string>;
  /** Room on the disk of a folder, those above it being asked while it does not exist; undefined when nobody can tell. */
  readonly freeBytes: (folder: string) => Promise<number | undefined>;
  readonly durabilityMillis: () => DurabilityMillis;
  /** IANA zone of this machine. */
  readonly zone: () => string;
  /** A new UUID, lower case. */
  readonly newSessionId: () => string;
  readonly appVersion: string;
  /** A session began, or its folder is complete or as complete as it gets. */
  readonly onSession?: (session: { folder: string; sessionId: string; recording: boolean }) => void;
}
