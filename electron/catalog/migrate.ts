import { AppError } from '../../shared/model/errors.ts';
import type { Database } from './database.ts';
import { SESSIONS } from './migrations/0001-sessions.ts';
import { EXPORTS } from './migrations/0002-exports.ts';
import { EXPORTED } from './migrations/0003-exported.ts';

/** What leads from version n to n + 1, in order. Only ever appended to: one that has been released stays as it is. */
export const MIGRATIONS: readonly string[] = [SESSIONS, EXPORTS, EXPORTED];

/**
 * Brings a catalog to the newest schema, each step in a transaction of its own.
 * @throws AppError('unsupported') for one that a newer version of the program made.
 */
export function migrate(database: Database, migrations = MIGRATIONS): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    throw new AppError(
      'unsupported',
      `The catalog has version ${version}, newer than ${migrations.length}.`,
      {
        next: 'Use the version of Tailslate that made it, or the newest.',
      },
    );
  }
  for (const [from, sql] of migrations.entries()) {
    if (from < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${from + 1}`);
    })();
  }
}
