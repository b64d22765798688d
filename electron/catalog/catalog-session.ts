import type { Infer } from '../../shared/ipc/declare.ts';
import type { sessionRow } from '../../shared/ipc/contract/library.ts';

/** A row of the list, as the contract has it. */
export type SessionRow = Infer<typeof sessionRow>;

/** The states that the catalog is told; `exported` follows from the batches. */
export interface SessionFlags {
  readonly recording: boolean;
  readonly recovered: boolean;
  readonly damaged: boolean;
  readonly missing: boolean;
  readonly newer: boolean;
}

/** Everything the catalog keeps of a session. `facts` and `annotations` are documents that it does not look into. */
export interface CatalogSession {
  readonly sessionId: string;
  readonly logSessionId: string;
  readonly place: SessionRow['place'];
  /** Name within the library folder, or an absolute path for a linked session. */
  readonly folder: string;
  readonly format: SessionRow['format'];
  readonly fingerprint: string;
  readonly facts: string;
  readonly annotations: string;
  readonly title: string;
  readonly startUnixMicros: number | null;
  readonly zone: string | null;
  readonly durationSamples: number;
  readonly sizeBytes: number;
  readonly players: SessionRow['players'];
  readonly tags: readonly string[];
  readonly flags: SessionFlags;
  /** Texts for the search that no column holds. */
  readonly notes: string;
  readonly markerNames: readonly string[];
}

/** What the catalog tells about one session without its words. */
export interface StoredSession {
  readonly row: SessionRow;
  readonly logSessionId: string;
  readonly folder: string;
  readonly fingerprint: string;
  readonly facts: string;
  readonly annotations: string;
  readonly flags: SessionFlags;
  readonly hidden: boolean;
}

/** A session's place on the disk and what is known of it: enough to compare catalog and folders. */
export interface KnownFolder {
  readonly sessionId: string;
  readonly logSessionId: string;
  readonly place: SessionRow['place'];
  readonly folder: string;
  readonly fingerprint: string;
  readonly recording: boolean;
  readonly missing: boolean;
  readonly hidden: boolean;
}
