import { integrityFaults } from './catalog.ts';
import { IN_MEMORY, isCorrupt, isReadOnly, openDatabase, openToRead } from './database.ts';
import { MIGRATIONS } from './migrate.ts';

/** The SQLite that the catalog runs on. @throws when the addon cannot be loaded. */
export function sqliteVersion(): string {
  const database = openDatabase(IN_MEMORY);
  try {
    return String(database.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    database.close();
  }
}

/** What a catalog file says of itself. */
export interface CatalogCondition {
  /** Undefined where it is too damaged to tell. */
  readonly version: number | undefined;
  /** Of this program. */
  readonly newestVersion: number;
  /** Undefined for a version of which this program does not know the tables, and where it is damaged. */
  readonly sessions: number | undefined;
  /** In SQLite's words; empty when nothing is wrong. */
  readonly faults: readonly string[];
}

/**
 * Looks at an existing catalog without changing it, also while another program has it open.
 * @returns undefined where SQLite cannot even look, since it cannot make its own files beside it.
 * @throws what SQLite says when the file cannot be read.
 */
export function catalogCondition(path: string): CatalogCondition | undefined {
  try {
    return lookedAt(path);
  } catch (error) {
    if (isReadOnly(error)) return undefined;
    if (!isCorrupt(error)) throw error;
    const faults = [error instanceof Error ? error.message : String(error)];
    return { version: undefined, newestVersion: MIGRATIONS.length, sessions: undefined, faults };
  }
}

function lookedAt(path: string): CatalogCondition {
  const database = openToRead(path);
  try {
    const version = Number(database.pragma('user_version', { simple: true }));
    const known = version > 0 && version <= MIGRATIONS.length;
    return {
      version,
      newestVersion: MIGRATIONS.length,
      sessions: known ? Number(database.prepare('SELECT count(*) FROM sessions').pluck().get()) : undefined,
      faults: integrityFaults(database),
    };
  } finally {
    database.close();
  }
}
