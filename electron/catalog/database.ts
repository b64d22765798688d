import BetterSqlite3 from 'better-sqlite3';

/** The one database the catalog knows. Everything else in this folder speaks SQL to it and names no package. */
export type Database = BetterSqlite3.Database;

/** A prepared statement that gives rows of this kind. */
export type Statement<R = unknown> = BetterSqlite3.Statement<unknown[], R>;

/** A database in memory, for a library whose folder takes no files. */
export const IN_MEMORY = ':memory:';

/**
 * Opens a database file, or makes an empty one. The addon's binary is found beside the package, for this system,
 * whichever runtime asks.
 * @throws what SQLite says; see isCorrupt and isReadOnly.
 */
export function openDatabase(path: string): Database {
  const database = new BetterSqlite3(path);
  try {
    database.pragma('journal_mode = WAL');
    // The catalog can be made anew at any time: a power cut may cost the last edits of it, never its order.
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    // Files that come from elsewhere must not reach beyond their own tables.
    database.pragma('trusted_schema = OFF');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens an existing database to look at it, also while another program has it open. @throws what SQLite says. */
export function openToRead(path: string): Database {
  return new BetterSqlite3(path, { readonly: true, fileMustExist: true });
}

/** Whether SQLite found that the file is no database of its own making any more. */
export function isCorrupt(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_IOERR_SHORT')
  );
}

/** Whether the folder or the file cannot be written. */
export function isReadOnly(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM';
}

function codeOf(error: unknown): string {
  return error instanceof BetterSqlite3.SqliteError ? error.code : '';
}
