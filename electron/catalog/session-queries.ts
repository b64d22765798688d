import type { Infer } from '../../shared/ipc/declare.ts';
import type { libraryQuery } from '../../shared/ipc/contract/library.ts';
import type {
  CatalogSession,
  KnownFolder,
  SessionFlags,
  SessionRow,
  StoredSession,
} from './catalog-session.ts';
import type { Database } from './database.ts';
import { isExported } from './is-exported.ts';
import { Statements } from './statements.ts';
import { searchTerms } from './search-terms.ts';

export type LibraryQuery = Infer<typeof libraryQuery>;

/** The states in the order in which they are told, each a column of its name. */
const STATES = ['recording', 'recovered', 'damaged', 'exported', 'missing', 'newer'] as const;

/** A title in it counts more than a word of the notes; in the order of the columns of `search`. */
const RELEVANCE = 'bm25(search, 10, 6, 6, 3, 1)';

const ORDER: Readonly<Record<Exclude<LibraryQuery['sort']['by'], 'relevance'>, string>> = {
  title: 'title_key',
  start: 'start_unix_micros',
  players: 'player_count',
  length: 'duration_samples',
  size: 'size_bytes',
  // What needs a person's eye comes last, or first in descending order.
  state: 'missing * 32 + recording * 16 + damaged * 8 + recovered * 4 + newer * 2 + exported',
};

interface Columns {
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
      .rows<Columns>('SELECT * FROM sessions WHERE session_id = ?')
      .get(sessionId);
    return columns === undefined ? undefined : stored(columns);
  }

  /** Where every session lies, hidden ones included. */
  folders(): readonly KnownFolder[] {
    const rows = this.#statements
      .rows<Columns>(
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
    const row = this.#statements.rows<Columns>(ROW);
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

/** The FROM and WHERE of a query. */
function condition(query: LibraryQuery): { from: string; values: Record<string, unknown> } {
  const { search, states, without = [], tags, sinceUnixMicros, beforeUnixMicros } = query;
  const where = ['hidden = 0'];
  const values: Record<string, unknown> = {};
  let from = 'FROM sessions';
  if (search.trim() !== '') {
    const terms = searchTerms(search);
    if (terms === undefined) {
      // Signs alone, such as an emoji, are in no index of words; titles are few enough to look through.
      where.push('instr(sessions.title, @search) > 0');
      values['search'] = search.trim();
    } else {
      from += ' JOIN search ON search.rowid = session_key';
      where.push('search MATCH @search');
      values['search'] = terms;
    }
  }
  if (states.length > 0) where.push(`(${[...new Set(states)].map((state) => `${state} = 1`).join(' OR ')})`);
  for (const state of new Set(without)) where.push(`${state} = 0`);
  if (sinceUnixMicros !== undefined) {
    where.push('start_unix_micros >= @sinceUnixMicros');
    values['sinceUnixMicros'] = sinceUnixMicros;
  }
  if (beforeUnixMicros !== undefined) {
    where.push('start_unix_micros < @beforeUnixMicros');
    values['beforeUnixMicros'] = beforeUnixMicros;
  }
  for (const [at, tag] of [...new Set(tags)].entries()) {
    where.push(`session_key IN (SELECT session_key FROM session_tags WHERE tag = @tag${at})`);
    values[`tag${at}`] = tag;
  }
  return { from: `${from} WHERE ${where.join(' AND ')}`, values };
}

function order({ search, sort }: LibraryQuery): string {
  const direction = sort.descending ? 'DESC' : 'ASC';
  if (sort.by !== 'relevance') return `ORDER BY ${ORDER[sort.by]} ${direction}, session_key ${direction}`;
  // Without words there is nothing to be relevant to: the newest first.
  if (searchTerms(search) === undefined) return 'ORDER BY start_unix_micros DESC, session_key DESC';
  return `ORDER BY ${RELEVANCE}, start_unix_micros DESC, session_key DESC`;
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

function sessionRowOf(columns: Columns): SessionRow {
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

function stored(columns: Columns): StoredSession {
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
