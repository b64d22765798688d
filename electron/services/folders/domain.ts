import type { folders } from '../../../shared/ipc/contract/folders.ts';
import type { Implementation } from '../../../shared/ipc/declare.ts';
import { WatchedValue } from '../../../shared/ipc/watched-value.ts';
import { stopped } from '../../../shared/model/errors.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import { Turns } from '../turns.ts';
import type { FoldersPorts, FoldersProgress, Work } from './ports.ts';
import { toldError } from './trouble.ts';

/**
 * The contract's folders: sessions and files where there is no library. What a call needs is loaded when it is called,
 * so that a program that makes one of them starts fast.
 */
export function foldersDomain(ports: FoldersPorts): Implementation<typeof folders> {
  const progress = new WatchedValue<FoldersProgress | null>(null);
  const waitedSeconds = new WatchedValue<number | null>(null);
  const turns = new Turns();
  let stopping = new AbortController();
  const working = <T>(act: (work: Work) => Promise<T>): Promise<T> => {
    const { signal } = stopping;
    return turns.take(async () => {
      try {
        signal.throwIfAborted();
        return await act({
          signal,
          onProgress: (doneBytes, totalBytes, files = null) => {
            progress.set({ doneBytes, totalBytes, files });
          },
          onWait: (seconds) => {
            waitedSeconds.set(seconds);
          },
        });
      } catch (error) {
        throw toldError(error);
      } finally {
        progress.set(null);
        waitedSeconds.set(null);
      }
    });
  };
  return {
    calls: {
      inspect: ({ folder, rate, zone }) =>
        working(async (work) => {
          const [{ inspectSession }, { recorderOf }] = await Promise.all([
            import('../inspect.ts'),
            import('./recorder.ts'),
          ]);
          const recordedBy = await recorderOf(folder);
          const choices = { rate: timecodeRate(rate), zone: zone ?? undefined };
          return { ...(await inspectSession(folder, choices, work)), recordedBy };
        }),
      recover: ({ folder }) =>
        working(async (work) => {
          const { recoverFolder } = await import('./recover.ts');
          return recoverFolder(folder, work);
        }),
      verify: ({ path, session }) =>
        working(async (work) => {
          const { verifyFile } = await import('../verify-file.ts');
          return verifyFile(path, session ?? undefined, work);
        }),
      plan: (request) =>
        working(async (work) => {
          const { planFolders } = await import('./export.ts');
          return planFolders(request, ports, work);
        }),
      export: (request) =>
        working(async (work) => {
          const { exportFolders } = await import('./export.ts');
          return exportFolders(request, ports, work);
        }),
      sample: ({ folder, players, minutes }) =>
        working(async ({ signal }) => {
          const { makeSampleSession } = await import('../sample-session.ts');
          return makeSampleSession(folder, { players, minutes, signal });
        }),
      cancel: () => {
        const before = stopping;
        stopping = new AbortController();
        before.abort(stopped());
        return Promise.resolve({});
      },
    },
    values: { progress, waitedSeconds },
  };
}
