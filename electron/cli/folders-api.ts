import { folders } from '../../shared/ipc/contract/folders.ts';
import type { ApiOf } from '../../shared/ipc/declare.ts';
import { foldersDomain } from '../services/folders/domain.ts';
import type { FilePool, FoldersProgress } from '../services/folders/ports.ts';
import { after, monotonicMicros } from '../io/clock.ts';
import type { CommandContext } from './context.ts';
import { inProcess } from './in-process.ts';

export type { FoldersProgress };

const contract = { folders } as const;

type FoldersApi = ApiOf<typeof contract>['folders'];

/** What is to be exported of which folders, and how. */
export type FolderExport = Parameters<FoldersApi['plan']>[0];

/** What an export of folders came to. */
export type Exported = Awaited<ReturnType<FoldersApi['export']>>;

/** What it would make. */
export type FoldersPlan = Awaited<ReturnType<FoldersApi['plan']>>;

/** What a session folder holds. */
export type Inspection = Awaited<ReturnType<FoldersApi['recover']>>['inspection'];

/** The same, and who records into it. */
export type InspectionNow = Awaited<ReturnType<FoldersApi['inspect']>>;

export type RecoveryReport = Awaited<ReturnType<FoldersApi['recover']>>['report'];

export type FileVerification = Awaited<ReturnType<FoldersApi['verify']>>;

/**
 * Does something with sessions in bare folders; Ctrl-C cancels what is under way.
 * @param progressLine what to show of it meanwhile.
 */
export async function withFolders<T>(
  { terminal, signal }: CommandContext,
  progressLine: (progress: FoldersProgress) => string,
  act: (api: FoldersApi) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { api } = inProcess(
    contract,
    { folders: foldersDomain({ startPool, clock: { monotonicMicros, after } }) },
    terminal,
  );
  const cancel = (): void => void api.folders.cancel({});
  signal.addEventListener('abort', cancel);
  const unwatch = terminal.showsProgress
    ? api.watch('folders.progress', ({ value }) => {
        if (value !== null) terminal.progress(progressLine(value));
      })
    : undefined;
  let isWaiting = false;
  const unwatchDisk = api.watch('folders.waitedSeconds', ({ value: seconds }) => {
    if (seconds !== null && !isWaiting) terminal.note(diskSilent(seconds));
    if (seconds === null && isWaiting && !signal.aborted) terminal.note('The disk answers again.');
    if (seconds !== null) terminal.progress(`The disk has not answered for ${seconds} s`);
    isWaiting = seconds !== null;
  });
  try {
    return await act(api.folders);
  } finally {
    unwatch?.();
    unwatchDisk();
    signal.removeEventListener('abort', cancel);
  }
}

function diskSilent(seconds: number): string {
  return `The disk has not answered for ${seconds} s. It is waited for; press Ctrl-C to go without it.`;
}

/** Threads are costly to load, too: only an export that needs them asks for them. */
async function startPool(threads: number): Promise<FilePool> {
  const { ExportPool } = await import('../workers/export-pool.ts');
  const pool = new ExportPool(threads);
  return {
    run: (item, { signal, onProgress, onPart, ...aside }) =>
      pool.run(item, signal, onProgress, onPart, aside),
    close: () => pool.close(),
  };
}
