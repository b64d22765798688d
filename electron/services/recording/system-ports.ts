import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { APP_VERSION } from '../../io/app-version.ts';
import { kindOf } from '../../io/folder.ts';
import { freeSpace } from '../../io/free-space.ts';
import { SYSTEM_CLOCK } from '../../io/log-file/log-clock.ts';
import { SYSTEM_FILES } from '../../io/log-file/files.ts';
import { type DurabilityMillis, LogFile } from '../../io/log-file/log-file.ts';
import type { RecordingPorts } from './ports.ts';

/** What a host chooses; all else is the machine's. */
interface HostChoices {
  readonly folders: RecordingPorts['folders'];
  readonly durabilityMillis: () => DurabilityMillis;
  /** Shown to whoever wants the same folder: "Tailslate (process 123)". */
  readonly holder: string;
  readonly onSession?: NonNullable<RecordingPorts['onSession']>;
  /**
   * A folder that has to be there for a session to begin: where a disk was taken away, its path would be made anew on
   * another one, and what was recorded there be hidden as soon as the disk is back.
   */
  readonly besides?: string;
}

/** The ports of a recording on this machine's disks and clocks. */
export function systemPorts({ holder, besides, ...choices }: HostChoices): RecordingPorts {
  return {
    ...choices,
    clock: SYSTEM_CLOCK,
    openLog: async (folder, { clock, ...log }) => {
      if (besides !== undefined && (await kindOf(besides)) === undefined) throw notThere(dirname(folder));
      return LogFile.create(folder, {
        ...log,
        files: SYSTEM_FILES,
        clock: { ...SYSTEM_CLOCK, wallUnixMicros: () => clock().wallUnixMicros },
        holder,
      });
    },
    freeBytes: freeSpace,
    zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    newSessionId: randomUUID,
    appVersion: APP_VERSION,
  };
}

function notThere(folder: string): AppError {
  return new AppError('not-found', `The library folder ${folder} is not there.`, {
    next: 'Connect its disk or put the folder back, or choose another library.',
  });
}
