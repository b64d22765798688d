import { platform } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { AppError } from '../../shared/model/errors.ts';
import { homeFolder } from '../io/person.ts';

/** Where the library lies until somebody chooses a place. @throws AppError for a user without a home. */
export function standardLibraryFolder(): string {
  return join(home(), 'Tailslate');
}

/** Where programs keep their data for a user, as each system has it; the desktop program uses the same folder. @throws AppError for a user without a home. */
export function standardUserDataFolder(): string {
  switch (platform()) {
    case 'darwin':
      return join(home(), 'Library', 'Application Support', 'Tailslate');
    case 'win32':
      return join(process.env['APPDATA'] ?? join(home(), 'AppData', 'Roaming'), 'Tailslate');
    default:
      return join(configFolder(), 'Tailslate');
  }
}

/** A relative one counts as none (XDG Base Directory Specification 0.8). */
function configFolder(): string {
  const { XDG_CONFIG_HOME: chosen = '' } = process.env;
  return isAbsolute(chosen) ? chosen : join(home(), '.config');
}

function home(): string {
  const folder = homeFolder();
  if (folder !== undefined) return folder;
  throw new AppError('not-found', 'This user has no home folder to keep sessions and settings in.', {
    next: 'Set HOME, or name folders with --library and --user-data.',
  });
}
