import type { Infer } from '../../shared/ipc/declare.ts';
import type { exportBatch } from '../../shared/ipc/contract/exports.ts';
import type { Database } from './database.ts';

export type ExportBatch = Infer<typeof exportBatch>;

/** What a search of the history asks for. */
export interface HistoryQuery {
  /** Words that must all occur; empty for everything. */
  readonly search: string;
  /** Null for all sessions. */
  readonly sessionId: string | null;
  readonly offset: number;
  readonly limit: number;
}

const EXPORTED = `
UPDATE sessions SET exported = EXISTS (
  SELECT 1 FROM batch_sessions b WHERE b.session_id = sessions.session_id AND b.done = 1
) WHERE session_id = ?`;

/** What the catalog is asked about export batches, and told. The documents come back as they were put in. */
export class BatchQueries {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds a batch or takes its newest state, and marks the sessions of which a file was finished. One transaction. */
  putBatch(batch: ExportBatch): void {
    const { batchId, createdUnixMicros, finishedUnixMicros } = batch;
    const done = new Map<string, boolean>();
    for (const { sessionId, state } of batch.items) {
      done.set(sessionId, (done.get(sessionId) ?? false) || state === 'done');
    }
    this.#database.transaction(() => {
      const before = this.#sessionsOf(batchId);
      this.#database
        .prepare(
          `INSERT INTO batches (batch_id, created_unix_micros, finished_unix_micros, words, document)
           VALUES (?, ?, ?, ?, ?) ON CONFLICT (batch_id) DO UPDATE SET
             created_unix_micros = excluded.created_unix_micros, finished_unix_micros = excluded.finished_unix_micros,
             words = excluded.words, document = excluded.document`,
        )
        .run(batchId, createdUnixMicros, finishedUnixMicros, wordsOf(batch), JSON.stringify(batch));
      this.#database.prepare('DELETE FROM batch_sessions WHERE batch_id = ?').run(batchId);
      const add = this.#database.prepare(
        'INSERT INTO batch_sessions (session_id, batch_id, done) VALUES (?, ?, ?)',
      );
      for (const [sessionId, isDone] of done) add.run(sessionId, batchId, isDone ? 1 : 0);
      this.#markExported(new Set([...before, ...done.keys()]));
    })();
  }

  /** Forgets batches; files that came of them stay. */
  removeBatches(batchIds: readonly string[]): void {
    this.#database.transaction(() => {
      for (const batchId of batchIds) {
        const sessions = this.#sessionsOf(batchId);
        this.#database.prepare('DELETE FROM batches WHERE batch_id = ?').run(batchId);
        this.#markExported(new Set(sessions));
      }
    })();
  }

  batch(batchId: string): ExportBatch | undefined {
    const document = this.#database
      .prepare<[string], string>('SELECT document FROM batches WHERE batch_id = ?')
      .pluck()
      .get(batchId);
    return document === undefined ? undefined : parsed(document);
  }

  /** Every batch there is, the oldest first. */
  batches(): ExportBatch[] {
    return this.#documents('SELECT document FROM batches ORDER BY created_unix_micros, batch_id');
  }

  /** Batches with anything still to be done, the oldest first. */
  openBatches(): ExportBatch[] {
    return this.#documents(
      `SELECT document FROM batches WHERE finished_unix_micros IS NULL ORDER BY created_unix_micros, batch_id`,
    );
  }

  /** Finished batches, the latest first. */
  history({ search, sessionId, offset, limit }: HistoryQuery): { total: number; batches: ExportBatch[] } {
    const where = ['finished_unix_micros IS NOT NULL'];
    const values: unknown[] = [];
    for (const word of search.toLowerCase().split(/\s+/u)) {
      if (word === '') continue;
      where.push('instr(words, ?) > 0');
      values.push(word);
    }
    if (sessionId !== null) {
      where.push('batch_id IN (SELECT batch_id FROM batch_sessions WHERE session_id = ?)');
      values.push(sessionId);
    }
    const from = `FROM batches WHERE ${where.join(' AND ')}`;
    const total =
      this.#database.prepare<unknown[], number>(`SELECT count(*) ${from}`).pluck().get(values) ?? 0;
    const batches = this.#documents(
      `SELECT document ${from} ORDER BY created_unix_micros DESC, batch_id LIMIT ? OFFSET ?`,
      [...values, limit, offset],
    );
    return { total, batches };
  }

  #documents(sql: string, values: readonly unknown[] = []): ExportBatch[] {
    return this.#database
      .prepare<unknown[], string>(sql)
      .pluck()
      .all([...values])
      .map(parsed);
  }

  #sessionsOf(batchId: string): string[] {
    return this.#database
      .prepare<[string], string>('SELECT session_id FROM batch_sessions WHERE batch_id = ?')
      .pluck()
      .all(batchId);
  }

  #markExported(sessionIds: ReadonlySet<string>): void {
    const mark = this.#database.prepare(EXPORTED);
    for (const sessionId of sessionIds) mark.run(sessionId);
  }
}

function parsed(document: string): ExportBatch {
  return JSON.parse(document) as ExportBatch;
}

function wordsOf({ title, presetTitle, outFolder, items }: ExportBatch): string {
  const words = [title, presetTitle ?? '', outFolder];
  for (const { sessionTitle, playerName, fileName } of items)
    words.push(sessionTitle, playerName ?? '', fileName);
  return [...new Set(words)].join('\n').toLowerCase();
}
