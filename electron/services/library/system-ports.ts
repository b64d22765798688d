import type { FaultHook } from '../../../shared/ipc/envelope.ts';
import { after, wallUnixMicros } from '../../io/clock.ts';
import { FolderLock, isHeld } from '../../io/folder-lock.ts';
import { watchFolder } from '../../io/watch-folder.ts';
import { recoverSession } from '../recovery/recover-session.ts';
import type { LibraryPorts } from './ports.ts';

/** What differs between the programs that open a library. */
export interface LibraryHost {
  /** Who has it open, for whoever finds it locked. */
  readonly holder: string;
  /** Moves a folder to the system's trash. @throws AppError('unavailable') where there is none. */
  readonly trash: (path: string) => Promise<void>;
  readonly importers: LibraryPorts['importers'];
  readonly timecodeDefaults: LibraryPorts['timecodeDefaults'];
  readonly onFault: FaultHook;
}

/** The ports of a library on this machine. */
export function libraryPorts({
  holder,
  trash,
  importers,
  timecodeDefaults,
  onFault,
}: LibraryHost): LibraryPorts {
  return {
    lock: { acquire: (folder) => FolderLock.acquire(folder, holder) },
    isHeld: async (folder) => (await isHeld(folder)) !== undefined,
    recover: async (folder, signal) => {
      const ports = { signal, onProgress: () => undefined, isHeld, nowUnixMicros: wallUnixMicros };
      return (await recoverSession(folder, ports)).report;
    },
    trash: { move: trash },
    importers,
    timecodeDefaults,
    timers: { after },
    watch: watchFolder,
    noteFault: (error) => onFault(error, 'library'),
  };
}
