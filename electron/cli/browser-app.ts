import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import type { FaultHook } from '../../shared/ipc/envelope.ts';
import { AppError } from '../../shared/model/errors.ts';
import { browserDesktop, defaultRoots } from '../browser-host/desktop.ts';
import { createApp } from '../services/create-app.ts';
import { IMPORTERS } from '../services/importing/importers.ts';
import type { HostedApp } from '../services/hosted-app.ts';
import { appWorkers } from '../workers/app-workers.ts';

/** Where the program keeps things; what is left out lies where the system wants it. */
export interface AppFolders {
  readonly libraryFolder: string | undefined;
  readonly userDataFolder: string | undefined;
}

/** The program as a page in the user's own browser has it. @throws AppError as createApp. */
export function browserApp(
  { libraryFolder, userDataFolder }: AppFolders,
  onFault: FaultHook,
): Promise<HostedApp> {
  return createApp({
    userDataFolder: userDataFolder ?? userFolder(),
    libraryFolder,
    defaultLibraryFolder: join(homedir(), 'Tailslate'),
    about: {
      host: 'browser',
      abilities: { pickPaths: false, reveal: false, trash: false, nativeMenu: false },
    },
    desktop: (library) => browserDesktop(defaultRoots(library)),
    trash: () =>
      Promise.reject(new AppError('unavailable', 'There is no trash for a page in a browser to use.')),
    importers: IMPORTERS,
    workers: appWorkers(),
    onFault,
  });
}

/** Where programs keep their data for a user, as each system has it; the desktop program uses the same folder. */
function userFolder(): string {
  switch (platform()) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Tailslate');
    case 'win32':
      return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Tailslate');
    default:
      return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Tailslate');
  }
}
