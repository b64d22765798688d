import type { Contract } from '../../shared/ipc/contract.ts';
import type { Implementations } from '../../shared/ipc/declare.ts';
import type { FaultHook } from '../../shared/ipc/envelope.ts';
import type { HostedApp } from '../services/hosted-app.ts';
import type { Updater } from './updates.ts';

/** Every domain of the contract, implemented. */
export type AppImplementations = Implementations<Contract>;

/** What the desktop hands to the core. */
export interface CorePorts {
  readonly userDataFolder: string;
  /** The library for this run, as the command line has it. */
  readonly libraryFolder: string | undefined;
  /** Where the library lies until somebody chooses a place. */
  readonly defaultLibraryFolder: string;
  readonly onFault: FaultHook;
  /** Moves a file or folder to the system's trash. @throws AppError('unavailable') where there is none. */
  readonly trash: (path: string) => Promise<void>;
}

/** What the desktop is started with; the entry brings the real ones, tests theirs. */
export interface DesktopParts {
  readonly createCore: (ports: CorePorts) => Promise<HostedApp>;
  /** Folder of the built window: index.html and what belongs to it. */
  readonly rendererFolder: string;
  /** The built preload script. */
  readonly preloadFile: string;
  readonly iconFile: string;
  /** Names this run of the program: revisions of watched values count within it. */
  readonly runId: string;
  /** Follows what nobody caught in this process. Noted; a recording is worth more than a clean end. */
  readonly onProcessFault: (listener: (message: string) => void) => void;
  /** Loads the updater; undefined where the program was packed without a place to get updates from. */
  readonly loadUpdater: (() => Promise<Updater>) | undefined;
  /** Microseconds that never go back. */
  readonly now: () => number;
}
