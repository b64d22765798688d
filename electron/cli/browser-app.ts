import type { FaultHook } from '../../shared/ipc/envelope.ts';
import { AppError } from '../../shared/model/errors.ts';
import { browserDesktop, defaultRoots } from '../browser-host/desktop.ts';
import { faultLog } from '../io/fault-log.ts';
import { createApp } from '../services/create-app.ts';
import { IMPORTERS } from '../services/importing/importers.ts';
import type { HostedApp } from '../services/hosted-app.ts';
import { appWorkers } from '../workers/app-workers.ts';
import { standardLibraryFolder, standardUserDataFolder } from './standard-folders.ts';

/** Where the program keeps things; what is left out lies where the system wants it. */
export interface AppFolders {
  readonly libraryFolder: string | undefined;
  readonly userDataFolder: string | undefined;
}

/** The program as a page in the user's own browser has it. @throws AppError as createApp. */
export function browserApp(
  { libraryFolder, userDataFolder = standardUserDataFolder() }: AppFolders,
  tellFault: FaultHook,
): Promise<HostedApp> {
  const faults = faultLog(userDataFolder);
  const onFault: FaultHook = (error, place) => {
    faults.note(place, String(error));
    tellFault(error, place);
  };
  return createApp({
    userDataFolder,
    libraryFolder,
    defaultLibraryFolder: standardLibraryFolder(),
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
