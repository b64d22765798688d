import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** Where the library lies until somebody chooses a place. */
export function standardLibraryFolder(): string {
  return join(homedir(), 'Tailslate');
}

/** Where programs keep their data for a user, as each system has it; the desktop program uses the same folder. */
export function standardUserDataFolder(): string {
  switch (platform()) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Tailslate');
    case 'win32':
      return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Tailslate');
    default:
      return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Tailslate');
  }
}
