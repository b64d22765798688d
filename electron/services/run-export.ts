import { AppError } from '../../shared/model/errors.ts';
import type { ExportItem, ExportOutcome, OnProgress } from './export-job/item.ts';
import type { PlannedFile } from './export-plan.ts';

/** Runs one item to its end, on whatever thread the host has for it. */
export type RunItem = (
  item: ExportItem,
  signal: AbortSignal,
  onProgress: OnProgress,
) => Promise<ExportOutcome>;

/** A planned file and what became of it. */
export type FileResult =
  | { readonly file: PlannedFile; readonly outcome: ExportOutcome }
  | { readonly file: PlannedFile; readonly error: unknown };

/** Progress of a whole export. */
export type OnTotalProgress = (doneBytes: number, totalBytes: number, finishedFiles: number) => void;

/**
 * Runs the files of a plan, `jobs` at a time. One that fails does not stop the others; cancelling stops all.
 * @returns a result for every file, in the order of the plan.
 */
export async function runExport(
  plan: readonly PlannedFile[],
  options: {
    readonly jobs: number;
    readonly run: RunItem;
    readonly signal: AbortSignal;
    readonly onProgress: OnTotalProgress;
  },
): Promise<readonly FileResult[]> {
  const results: FileResult[] = new Array<FileResult>(plan.length);
  // Estimated until a file begins, or the share that is done would fall with each one.
  const progress = plan.map(({ estimatedBytes, item, skipReason }) => ({
    doneBytes: 0,
    totalBytes: skipReason !== undefined ? 0 : item.verify ? 2 * estimatedBytes : estimatedBytes,
  }));
  let next = 0;
  let finished = 0;
  const report = (): void => {
    const sum = (key: 'doneBytes' | 'totalBytes'): number =>
      progress.reduce((total, file) => total + file[key], 0);
    options.onProgress(sum('doneBytes'), sum('totalBytes'), finished);
  };
  const work = async (): Promise<void> => {
    for (let i = next++; i < plan.length; i = next++) {
      const file = plan[i];
      if (file === undefined) continue;
      results[i] = await runOne(file, options, (doneBytes, totalBytes) => {
        progress[i] = { doneBytes, totalBytes };
        report();
      });
      finished++;
      report();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, plan.length) }, work));
  return results;
}

async function runOne(
  file: PlannedFile,
  { run, signal }: { readonly run: RunItem; readonly signal: AbortSignal },
  onProgress: OnProgress,
): Promise<FileResult> {
  if (file.skipReason !== undefined) {
    const { player, skipReason: reason } = file;
    return { file, outcome: { status: 'skipped', player, reason, findings: [] } };
  }
  if (signal.aborted) return { file, error: signal.reason ?? new AppError('cancelled', 'Cancelled.') };
  try {
    return { file, outcome: await run(file.item, signal, onProgress) };
  } catch (error) {
    return { file, error };
  }
}
