import type { SessionRow, StoredSession } from './catalog-session.ts';

/** The states in the order in which they are told, each a column of its name. */
const STATES = ['recording', 'recovered', 'damaged', 'exported', 'missing', 'newer'] as const;

/** A row of `sessions`, see SCHEMA.md. */
export interface SessionColumns {
  readonly session_id: string;
  readonly log_session_id: string;
  readonly place: SessionRow['place'];
  readonly folder: string;
  readonly format: SessionRow['format'];
  readonly fingerprint: string;
  readonly facts: string;
  readonly annotations: string;
  readonly title: string;
  readonly start_unix_micros: number | null;
  readonly zone: string | null;
  readonly duration_samples: number;
  readonly size_bytes: number;
  readonly players: string;
  readonly tags: string;
  readonly recording: number;
  readonly recovered: number;
  readonly damaged: number;
  readonly exported: number;
  readonly missing: number;
  readonly newer: number;
  readonly hidden: number;
}

/** What lists show of a session. */
export function sessionRowOf(columns: SessionColumns): SessionRow {
  return {
    sessionId: columns.session_id,
    title: columns.title,
    place: columns.place,
    format: columns.format,
    startUnixMicros: columns.start_unix_micros,
    zone: columns.zone,
    durationSamples: columns.duration_samples,
    sizeBytes: columns.size_bytes,
    players: JSON.parse(columns.players) as SessionRow['players'],
    states: STATES.filter((state) => columns[state] === 1),
    tags: JSON.parse(columns.tags) as string[],
  };
}

/** All that is kept of it. */
export function storedSessionOf(columns: SessionColumns): StoredSession {
  return {
    row: sessionRowOf(columns),
    logSessionId: columns.log_session_id,
    folder: columns.folder,
    fingerprint: columns.fingerprint,
    facts: columns.facts,
    annotations: columns.annotations,
    flags: {
      recording: columns.recording === 1,
      recovered: columns.recovered === 1,
      damaged: columns.damaged === 1,
      missing: columns.missing === 1,
      newer: columns.newer === 1,
    },
    hidden: columns.hidden === 1,
  };
}
