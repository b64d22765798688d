import type { Database } from './database.ts';
import { isExported } from './is-exported.ts';
import { Statements } from './statements.ts';

/** A file of a batch as the catalog keeps it; it does not look into the document. */
export interface CatalogItem {
  readonly itemId: string;
  readonly sessionId: string;
  /** Whether the file is finished. */
  readonly done: boolean;
  /** What a search may find it by. */
  readonly words: readonly string[];
  readonly document: string;
}

export interface CatalogBatch {
  readonly batchId: string;
  readonly createdUnixMicros: number;
  readonly finishedUnixMicros: number | null;
  readonly document: string;
  readonly items: readonly CatalogItem[];
}

/** A batch as it comes back: the documents that were put in. */
export interface BatchDocuments {
  readonly document: string;
  readonly items: readonly string[];
}

/** What a search of finished batches asks for. */
export interface HistorySearch {
  /** Words that must all occur in one item; empty for everything. */
  readonly search: string;
  /** Null for all sessions. */
  readonly sessionId: string | null;
  readonly offset: number;
  readonly limit: number;
}

const MARK_EXPORTED = `
UPDATE sessions SET exported = ${isExported('sessions.session_id')} WHERE session_id = ?`;

const PUT_ITEM = `
INSERT OR REPLACE INTO batch_items (batch_id, position, item_id, session_id, done, words, document)
VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** What the catalog is asked about export batches, and told. */
export class BatchQueries {
  readonly #statements: Statements;

  constructor(database: Database) {
    this.#statements = new Statements(database);
  }

  /** Adds a batch with all its items, or replaces it. One transaction. */
  put({ batchId, createdUnixMicros, finishedUnixMicros, document, items }: CatalogBatch): void {
    this.#statements.together(() => {
      const before = this.#sessionsOf(batchId);
      this.#statements.rows('DELETE FROM batches WHERE batch_id = ?').run(batchId);
      this.#statements
        .rows('INSERT INTO batches VALUES (?, ?, ?, ?)')
        .run(batchId, createdUnixMicros, finishedUnixMicros, document);
      const put = this.#statements.rows(PUT_ITEM);
      for (const [position, item] of items.entries()) put.run(batchId, position, ...columnsOf(item));
      this.#markExported([...before, ...items.map(({ sessionId }) => sessionId)]);
    });
  }

  /** Replaces an item of a batch that is there. */
  putItem(batchId: string, item: CatalogItem): void {
    this.#statements.together(() => {
      const position = this.#statements
        .values<number>('SELECT position FROM batch_items WHERE batch_id = ? AND item_id = ?')
        .get(batchId, item.itemId);
      if (position === undefined) return;
      this.#statements.rows(PUT_ITEM).run(batchId, position, ...columnsOf(item));
      this.#markExported([item.sessionId]);
    });
  }

  /** Forgets a batch; files that came of it stay. */
  remove(batchId: string): void {
    this.#statements.together(() => {
      const sessions = this.#sessionsOf(batchId);
      this.#statements.rows('DELETE FROM batches WHERE batch_id = ?').run(batchId);
      this.#markExported(sessions);
    });
  }

  /** Sessions of which these batches have finished files. */
  exportedBy(batchIds: readonly string[]): readonly string[] {
    const find = this.#statements.values<string>(
      'SELECT DISTINCT session_id FROM batch_items WHERE batch_id = ? AND done = 1',
    );
    return [...new Set(batchIds.flatMap((batchId) => find.all(batchId)))];
  }

  /** Remembers that sessions were exported, whatever becomes of the batches. */
  keepExported(sessionIds: readonly string[]): void {
    this.#statements.together(() => {
      const keep = this.#statements.rows('INSERT OR IGNORE INTO exported_sessions VALUES (?)');
      for (const sessionId of sessionIds) keep.run(sessionId);
      this.#markExported(sessionIds);
    });
  }

  get(batchId: string): BatchDocuments | undefined {
    return this.#read('SELECT batch_id, document FROM batches WHERE batch_id = ?', [batchId])[0];
  }

  /** Every batch there is, the oldest first. */
  all(): readonly BatchDocuments[] {
    return this.#read('SELECT batch_id, document FROM batches ORDER BY created_unix_micros, batch_id', []);
  }

  /** Ids of finished batches. */
  finishedIds(): readonly string[] {
    return this.#statements
      .values<string>('SELECT batch_id FROM batches WHERE finished_unix_micros IS NOT NULL')
      .all();
  }

  /** Batches with anything still to be done, the oldest first. */
  unfinished(): readonly BatchDocuments[] {
    return this.#read(
      `SELECT batch_id, document FROM batches WHERE finished_unix_micros IS NULL
       ORDER BY created_unix_micros, batch_id`,
      [],
    );
  }

  /** Finished batches with this text in an item's document, the oldest first. */
  finishedWith(text: string): readonly BatchDocuments[] {
    return this.#read(
      `SELECT batch_id, document FROM batches WHERE finished_unix_micros IS NOT NULL AND EXISTS
         (SELECT 1 FROM batch_items i WHERE i.batch_id = batches.batch_id AND instr(i.document, ?) > 0)
       ORDER BY created_unix_micros, batch_id`,
      [text],
    );
  }

  /** Finished batches, the latest first. */
  history({ search, sessionId, offset, limit }: HistorySearch): {
    total: number;
    batches: readonly BatchDocuments[];
  } {
    const where = ['i.batch_id = batches.batch_id'];
    const values: unknown[] = [];
    for (const word of search.toLowerCase().split(/\s+/u)) {
      if (word === '') continue;
      where.push('instr(i.words, ?) > 0');
      values.push(word);
    }
    if (sessionId !== null) {
      where.push('i.session_id = ?');
      values.push(sessionId);
    }
    const found =
      values.length === 0 ? '' : `AND EXISTS (SELECT 1 FROM batch_items i WHERE ${where.join(' AND ')})`;
    const from = `FROM batches WHERE finished_unix_micros IS NOT NULL ${found}`;
    const total = this.#statements.values<number>(`SELECT count(*) ${from}`).get(values) ?? 0;
    const page = `SELECT batch_id, document ${from} ORDER BY created_unix_micros DESC, batch_id LIMIT ? OFFSET ?`;
    return { total, batches: this.#read(page, [...values, limit, offset]) };
  }

  #read(sql: string, values: unknown[]): readonly BatchDocuments[] {
    const items = this.#statements.values<string>(
      'SELECT document FROM batch_items WHERE batch_id = ? ORDER BY position',
    );
    return this.#statements
      .rows<{ batch_id: string; document: string }>(sql)
      .all(values)
      .map(({ batch_id: batchId, document }) => ({ document, items: items.all(batchId) }));
  }

  #sessionsOf(batchId: string): readonly string[] {
    return this.#statements
      .values<string>('SELECT DISTINCT session_id FROM batch_items WHERE batch_id = ?')
      .all(batchId);
  }

  #markExported(sessionIds: readonly string[]): void {
    const mark = this.#statements.rows(MARK_EXPORTED);
    for (const sessionId of new Set(sessionIds)) mark.run(sessionId);
  }
}

function columnsOf({ itemId, sessionId, done, words, document }: CatalogItem): unknown[] {
  return [itemId, sessionId, done ? 1 : 0, words.join('\n').toLowerCase(), document];
}
