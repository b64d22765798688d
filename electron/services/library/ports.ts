import type { Infer } from '../../../shared/ipc/declare.ts';
import type { recoveryReport } from '../../../shared/ipc/contract/reports.ts';
import type { ImportNote } from '../../../shared/model/import-note.ts';
import type { TimecodeRateId } from '../../../shared/time/timecode.ts';

export type RecoveryReport = Infer<typeof recoveryReport>;

/** Makes session folders of something else: files of another recorder, an archive of such. */
export interface Importer {
  /** Whether it knows what lies at this path; looks at a few bytes at most. */
  accepts(path: string): Promise<boolean>;
  /** Which files are one session, of those that it accepts and that came together. */
  groups(paths: readonly string[]): readonly (readonly string[])[];
  /**
   * Makes a session folder of one group in `intoFolder`, which is empty and goes away when this throws.
   * @param onStep told what is being worked on.
   * @returns what a person should know of the source, such as damage.
   * @throws AppError when nothing can be made of it.
   */
  import(
    paths: readonly string[],
    intoFolder: string,
    signal: AbortSignal,
    onStep: (label: string) => void,
  ): Promise<readonly ImportNote[]>;
}

/** What the library leaves to others. */
export interface LibraryPorts {
  readonly lock: {
    /** @throws AppError('locked') naming who has the library open. */
    acquire(folder: string): Promise<{ release(): Promise<void> | void }>;
  };
  /** Whether somebody records into this session folder right now. */
  isHeld(folder: string): Promise<boolean> | boolean;
  /** Scans the logs of a session that nobody closed; writes nothing into them. */
  recover(folder: string, signal: AbortSignal): Promise<RecoveryReport>;
  readonly trash: {
    /** Moves a folder to the system's trash. @throws AppError('unavailable') where the host has none. */
    move(path: string): Promise<void>;
  };
  readonly importers: readonly Importer[];
  /** Rate and zone of sessions for which nobody chose any; a null zone is the one it was recorded in. */
  timecodeDefaults(): { readonly rate: TimecodeRateId; readonly zone: string | null };
  readonly timers: {
    /** Does the work once, after so many milliseconds. @returns cancels it. */
    after(millis: number, work: () => void): () => void;
  };
  /**
   * Tells whenever a name in a folder appears, vanishes or changes; null for any name. Keeps no program running.
   * @returns ends it.
   */
  watch(folder: string, changed: (name: string | null) => void): () => void;
  /** What no call waits for went wrong; for the program's log. */
  readonly noteFault: (error: unknown) => void;
}
