import type {
  CatalogSession,
  KnownFolder,
  SessionFlags,
  SessionRow,
  StoredSession,
} from './catalog-session.ts';
import type { Database } from './database.ts';
import { isExported } from './is-exported.ts';
import { condition, type LibraryQuery, order } from './library-query.ts';
import { type SessionColumns, sessionRowOf, storedSessionOf } from './session-columns.ts';
import { Statements } from './statements.ts';

const PUT = `
INSERT INTO sessions (
  session_id, log_session_id, place, folder, format, fingerprint, facts, annotations, title, title_key,
  start_unix_micros, zone, duration_samples, size_bytes, player_count, players, tags,
  recording, recovered, damaged, exported, missing, newer, hidden
) VALUES (
  @sessionId, @logSessionId, @place, @folder, @format, @fingerprint, @facts, @annotations, @title, @titleKey,
  @startUnixMicros, @zone, @durationSamples, @sizeBytes, @playerCount, @players, @tags,
  @recording, @recovered, @damaged,
  ${isExported('@sessionId')}, @missing, @newer, 0
)
ON CONFLICT (session_id) DO UPDATE SET
  log_session_id = excluded.log_session_id, place = excluded.place, folder = excluded.folder,
  format = excluded.format, fingerprint = excluded.fingerprint, facts = excluded.facts,
  annotations = excluded.annotations, title = excluded.title, title_key = excluded.title_key,
  start_unix_micros = excluded.start_unix_micros, zone = excluded.zone,
  duration_samples = excluded.duration_samples, size_bytes = excluded.size_bytes,
  player_count = excluded.player_count, players = excluded.players, tags = excluded.tags,
  recording = excluded.recording, recovered = excluded.recovered, damaged = excluded.damaged,
  missing = excluded.missing, newer = excluded.newer
RETURNING session_key`;

const ROW = `
SELECT session_id, place, format, title, start_unix_micros, zone, duration_samples, size_bytes, players, tags,
  recording, recovered, damaged, exported, missing, newer
FROM sessions WHERE session_key = ?`;

/** What the catalog is asked about sessions, and told. */
export class SessionQueries {
  readonly #statements: Statements;

  constructor(database: Database) {
    this.#statements = new Statements(database);
  }

  /** Adds a session, or brings its row up to date; whether it is hidden stays. One transaction. */
  put(session: CatalogSession): void {
    this.#statements.together(() => {
      this.#put(session);
    });
  }

  /** The same for many: one transaction for all. */
  putAll(sessions: readonly CatalogSession[]): void {
    this.#statements.together(() => {
      for (const session of sessions) this.#put(session);
    });
  }

  #put(session: CatalogSession): void {
    const { flags, players, tags, title, notes, markerNames, ...columns } = session;
    this.#dropOther(columns);
    const key = this.#statements.values<number>(PUT).get({
      ...columns,
      title,
      titleKey: sortKey(title),
      playerCount: players.length,
      players: JSON.stringify(players),
      tags: JSON.stringify(tags),
      ...bits(flags),
    });
    this.#statements.rows('DELETE FROM session_tags WHERE session_key = ?').run(key);
    const addTag = this.#statements.rows(
      'INSERT OR IGNORE INTO session_tags (tag, session_key) VALUES (?, ?)',
    );
    for (const tag of tags) addTag.run(tag, key);
    this.#statements.rows('DELETE FROM search WHERE rowid = ?').run(key);
    this.#statements
      .rows('INSERT INTO search (rowid, title, players, tags, markers, notes) VALUES (?, ?, ?, ?, ?, ?)')
      .run(
        key,
        title,
        players.map(({ name }) => name).join('\n'),
        tags.join('\n'),
        markerNames.join('\n'),
        notes,
      );
  }

  /** A folder holds one session: a row that took it for another one goes. */
  #dropOther({ place, folder, sessionId }: Pick<CatalogSession, 'place' | 'folder' | 'sessionId'>): void {
    const other = this.at(place, folder);
    if (other !== undefined && other !== sessionId) this.remove(other);
  }

  /** The id of the session in a folder. */
  at(place: SessionRow['place'], folder: string): string | undefined {
    return this.#statements
      .values<string>('SELECT session_id FROM sessions WHERE place = ? AND folder = ?')
      .get(place, folder);
  }

  /** Forgets a session; nothing on the disk changes. */
  remove(sessionId: string): void {
    this.#statements.together(() => {
      const key = this.#statements
        .values<number>('SELECT session_key FROM sessions WHERE session_id = ?')
        .get(sessionId);
      if (key === undefined) return;
      this.#statements.rows('DELETE FROM search WHERE rowid = ?').run(key);
      this.#statements.rows('DELETE FROM sessions WHERE session_key = ?').run(key);
    });
  }

  setMissing(sessionId: string, missing: boolean): void {
    this.#statements
      .rows('UPDATE sessions SET missing = ? WHERE session_id = ?')
      .run(missing ? 1 : 0, sessionId);
  }

  /** Takes a session out of all lists, or puts it back. */
  setHidden(sessionId: string, hidden: boolean): void {
    this.#statements
      .rows('UPDATE sessions SET hidden = ? WHERE session_id = ?')
      .run(hidden ? 1 : 0, sessionId);
  }

  /** Undefined for a session that nobody has put in; hidden ones are found. */
  get(sessionId: string): StoredSession | undefined {
    const columns = this.#statements
      .rows<SessionColumns>('SELECT * FROM sessions WHERE session_id = ?')
      .get(sessionId);
    return columns === undefined ? undefined : storedSessionOf(columns);
  }

  /** Where every session lies, hidden ones included. */
  folders(): readonly KnownFolder[] {
    const rows = this.#statements
      .rows<SessionColumns>(
        `SELECT session_id, log_session_id, place, folder, fingerprint, recording, missing, hidden
         FROM sessions ORDER BY session_key`,
      )
      .all();
    return rows.map((row) => ({
      sessionId: row.session_id,
      logSessionId: row.log_session_id,
      place: row.place,
      folder: row.folder,
      fingerprint: row.fingerprint,
      recording: row.recording === 1,
      missing: row.missing === 1,
      hidden: row.hidden === 1,
    }));
  }

  /** One page of what the query finds, and how many that are in all. */
  list(query: LibraryQuery, offset: number, limit: number): { total: number; rows: SessionRow[] } {
    const found = condition(query);
    const total = this.#statements.values<number>(`SELECT count(*) ${found.from}`).get(found.values) ?? 0;
    // Keys alone are sorted; rows are long, and only those of the page are fetched.
    const keys = this.#statements
      .values<number>(`SELECT session_key ${found.from} ${order(query)} LIMIT @limit OFFSET @offset`)
      .all({ ...found.values, limit, offset });
    const row = this.#statements.rows<SessionColumns>(ROW);
    const rows = keys.flatMap((key) => row.get(key) ?? []);
    return { total, rows: rows.map(sessionRowOf) };
  }

  /** Ids of all that the query finds, in its order. */
  ids(query: LibraryQuery): string[] {
    const { from, values } = condition(query);
    return this.#statements.values<string>(`SELECT session_id ${from} ${order(query)}`).all(values);
  }

  /** Tags in use and how many sessions have each, in alphabetical order. */
  tags(): { tag: string; sessions: number }[] {
    return this.#statements
      .rows<{ tag: string; sessions: number }>(
        `SELECT tag, count(*) AS sessions FROM session_tags JOIN sessions USING (session_key)
         WHERE hidden = 0 GROUP BY tag ORDER BY tag COLLATE NOCASE, tag`,
      )
      .all();
  }

  /** How many sessions are not hidden, and what those in the library folder take. */
  totals(): { sessions: number; libraryBytes: number } {
    const row = this.#statements
      .rows<{ sessions: number; bytes: number | null }>(
        `SELECT count(*) AS sessions, sum(size_bytes) FILTER (WHERE place = 'library') AS bytes
         FROM sessions WHERE hidden = 0`,
      )
      .get();
    return { sessions: row?.sessions ?? 0, libraryBytes: row?.bytes ?? 0 };
  }
}

/** Titles sort without case and accents, numbers in them by their first digits. */
function sortKey(title: string): string {
  return title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function bits(flags: SessionFlags): Record<keyof SessionFlags, number> {
  const bit = (flag: boolean): number => (flag ? 1 : 0);
  const { recording, recovered, damaged, missing, newer } = flags;
  return {
    recording: bit(recording),
    recovered: bit(recovered),
    damaged: bit(damaged),
    missing: bit(missing),
    newer: bit(newer),
  };
}
