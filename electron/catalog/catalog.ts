import { BatchQueries } from './batch-queries.ts';
import { type Database, IN_MEMORY, isCorrupt, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { SessionQueries } from './session-queries.ts';

/** Why a catalog cannot be used any more; the caller moves it aside and makes it anew. */
export class CorruptCatalogError extends Error {}

/** The library's catalog: a cache of what session folders and export documents say, made for lists and searches. */
export class Catalog {
  readonly sessions: SessionQueries;
  readonly exports: BatchQueries;
  /** Whether the last program to open it closed it; if not, files may say more than it does. True for a new one. */
  readonly wasClosed: boolean;
  readonly #database: Database;

  private constructor(database: Database, wasClosed: boolean) {
    this.wasClosed = wasClosed;
    this.#database = database;
    this.sessions = new SessionQueries(database);
    this.exports = new BatchQueries(database);
  }

  /**
   * Opens the catalog in this file, or makes one. After a program that did not close it, all of it is checked.
   * @throws CorruptCatalogError for a file that is damaged or none of ours; AppError('unsupported') for a newer one;
   *   what SQLite says otherwise, see isReadOnly.
   */
  static open(path: string): Catalog {
    let database: Database | undefined;
    try {
      database = openDatabase(path);
      const existed = database.pragma('user_version', { simple: true }) !== 0;
      migrate(database);
      const isInOrder = !existed || wasClosed(database);
      if (!isInOrder) requireIntegrity(database);
      setOpen(database, true);
      return new Catalog(database, isInOrder);
    } catch (error) {
      database?.close();
      throw corruptionOf(error) ?? error;
    }
  }

  /** A catalog that is gone when the program ends. */
  static inMemory(): Catalog {
    return Catalog.open(IN_MEMORY);
  }

  /** Whether all that lies on the disk has been taken in; false for a new catalog, and after a rebuild that was cut short. */
  get isComplete(): boolean {
    return this.#database.prepare('SELECT is_complete FROM condition').pluck().get() === 1;
  }

  markComplete(): void {
    this.#database.prepare('UPDATE condition SET is_complete = 1').run();
  }

  /** Whatever `work` does happens together or not at all. */
  together<T>(work: () => T): T {
    return this.#database.transaction(work)();
  }

  /** What is wrong with the file, in SQLite's words; empty when nothing is. */
  faults(): readonly string[] {
    return integrityFaults(this.#database);
  }

  /** Writes what is pending into the one file and lets go of it. */
  close(): void {
    try {
      setOpen(this.#database, false);
    } finally {
      this.#database.close();
    }
  }
}

/** The error that says so, when this one means that the file is damaged. */
export function corruptionOf(error: unknown): CorruptCatalogError | undefined {
  if (error instanceof CorruptCatalogError) return error;
  return isCorrupt(error) ? new CorruptCatalogError('The catalog is damaged.', { cause: error }) : undefined;
}

function wasClosed(database: Database): boolean {
  return database.prepare('SELECT is_open FROM condition').pluck().get() === 0;
}

function setOpen(database: Database, isOpen: boolean): void {
  database.prepare('UPDATE condition SET is_open = ?').run(isOpen ? 1 : 0);
}

function requireIntegrity(database: Database): void {
  const [fault] = integrityFaults(database);
  if (fault !== undefined) throw new CorruptCatalogError(`The catalog is damaged: ${fault}`);
}

/** What is wrong with a database file, in SQLite's words; empty when nothing is. */
export function integrityFaults(database: Database): readonly string[] {
  const rows = database.prepare<[], string>('PRAGMA integrity_check(20)').pluck().all();
  return rows.filter((row) => row !== 'ok');
}
