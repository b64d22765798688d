import type { FaultHook } from '../../shared/ipc/envelope.ts';
import { AppError } from '../../shared/model/errors.ts';
import { confined } from '../browser-host/confine.ts';
import { browserDesktop } from '../browser-host/desktop.ts';
import { reachableRoots } from '../browser-host/reach.ts';
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
  /** Further folders that the page may open and write to. */
  readonly allowed: readonly string[];
}

/** The program as a page in the user's own browser has it. @throws AppError as createApp. */
export async function browserApp(
  { libraryFolder, userDataFolder = standardUserDataFolder(), allowed }: AppFolders,
  tellFault: FaultHook,
): Promise<HostedApp> {
  const faults = faultLog(userDataFolder);
  const onFault: FaultHook = (error, place) => {
    faults.note(place, String(error));
    tellFault(error, place);
  };
  let roots: readonly string[] = [];
  const app = await createApp({
    userDataFolder,
    libraryFolder,
    defaultLibraryFolder: standardLibraryFolder(),
    about: {
      host: 'browser',
      abilities: { pickPaths: false, reveal: false, trash: false, nativeMenu: false },
    },
    desktop: (library) => {
      roots = reachableRoots(library, allowed);
      return browserDesktop(roots);
    },
    trash: () =>
      Promise.reject(new AppError('unavailable', 'There is no trash for a page in a browser to use.')),
    importers: IMPORTERS,
    workers: appWorkers(),
    onFault,
  });
  return confined(app, roots);
}
