import { platform } from 'node:os';
import type { Contract } from '../../shared/ipc/contract.ts';
import type { Implementations } from '../../shared/ipc/declare.ts';
import type { FaultHook } from '../../shared/ipc/envelope.ts';
import { WatchedValue } from '../../shared/ipc/watched-value.ts';
import { APP_VERSION } from '../io/app-version.ts';
import { readLicences } from '../io/bundled.ts';
import { diagnose, type DiagnosedFolders, diagnosisText } from './diagnose.ts';

type App = Implementations<Contract>['app'];
type Info = Awaited<ReturnType<App['calls']['info']>>;

/** What a host says of itself. */
export type AboutHost = Pick<Info, 'host' | 'abilities'>;

/** The contract's app: what this program is. Hosts with a menu bar of the system's put their own part over it. */
export function aboutApp(folders: DiagnosedFolders, about: AboutHost, onFault: FaultHook): App {
  return {
    calls: {
      info: () =>
        Promise.resolve({
          ...about,
          version: APP_VERSION,
          platform: knownPlatform(),
          locale: Intl.DateTimeFormat().resolvedOptions().locale,
          libraryFolder: folders.libraryFolder,
        }),
      diagnose: async () => {
        const diagnosis = await diagnose(folders);
        return { ...diagnosis, text: diagnosisText(diagnosis) };
      },
      licences: async () => ({ text: await readLicences() }),
      describeCommands: () => Promise.resolve({}),
      noteFault: ({ message, place }) => {
        onFault(new Error(message), `window, ${place}`);
        return Promise.resolve({});
      },
    },
    values: {
      menuCommand: new WatchedValue<{ serial: number; command: string | null }>({ serial: 0, command: null }),
      openedPaths: new WatchedValue<{ serial: number; paths: readonly string[] }>({ serial: 0, paths: [] }),
    },
  };
}

function knownPlatform(): Info['platform'] {
  const name = platform();
  return name === 'darwin' || name === 'win32' ? name : 'linux';
}
