import type { LogClock } from '../../io/log-file/log-clock.ts';
import type { DurabilityMillis, LogFile } from '../../io/log-file/log-file.ts';
import type { Manifest } from '../../media/log/manifest.ts';
import type { LogIdentity, SegmentClock } from '../../media/log/writer.ts';

/** The log of one session, on whatever disk; trouble with that disk is in its state. */
export type RecordingLog = Pick<
  LogFile,
  'state' | 'append' | 'track' | 'anchor' | 'marker' | 'event' | 'replaceManifest' | 'end' | 'close'
>;

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

/** What the recording service is given by its host. */
export interface RecordingPorts {
  readonly clock: LogClock;
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
