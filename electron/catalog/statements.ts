import type { Database, Statement } from './database.ts';

/** More than a program has, so that filters of all kinds cannot fill the memory. */
const MOST_STATEMENTS = 300;

/** Statements by their text: preparing one takes longer than running it. */
export class Statements {
  readonly #database: Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @template R a row, as the text selects it. */
  rows<R>(sql: string): Statement<R> {
    return this.#of(sql) as Statement<R>;
  }

  /** The same for the first column alone. */
  values<R>(sql: string): Statement<R> {
    return this.#of(sql).pluck() as Statement<R>;
  }

  /** Several changes as one. */
  together<T>(work: () => T): T {
    return this.#database.inTransaction ? work() : this.#database.transaction(work)();
  }

  #of(sql: string): Statement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    if (this.#prepared.size >= MOST_STATEMENTS) this.#prepared.clear();
    const statement: Statement = this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}
