import { randomUUID } from 'node:crypto';
import { APP_VERSION } from '../../io/app-version.ts';
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
}

/** The ports of a recording on this machine's disks and clocks. */
export function systemPorts({ holder, ...choices }: HostChoices): RecordingPorts {
  return {
    ...choices,
    clock: SYSTEM_CLOCK,
    openLog: (folder, { clock, ...log }) =>
      LogFile.create(folder, {
        ...log,
        files: SYSTEM_FILES,
        clock: { ...SYSTEM_CLOCK, wallUnixMicros: () => clock().wallUnixMicros },
        holder,
      }),
    freeBytes: freeSpace,
    zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    newSessionId: randomUUID,
    appVersion: APP_VERSION,
  };
}
