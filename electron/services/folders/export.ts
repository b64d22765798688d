import type { folderExport, folders } from '../../../shared/ipc/contract/folders.ts';
import type { Infer } from '../../../shared/ipc/declare.ts';
import { writtenFormats } from '../../../shared/model/media-formats.ts';
import { parseLabel, timecodeRate } from '../../../shared/time/timecode.ts';
import { requireFreeSpace } from '../../io/free-space.ts';
import { ensureFolder } from '../../io/output-file.ts';
import { exportFile } from '../export-job/export-file.ts';
import {
  type ExportChoices,
  type ExportPlan,
  type ExportProblem,
  planExport,
  type PlannedFile,
} from '../export-plan.ts';
import { type FileResult, type RunItem, runExport } from '../run-export.ts';
import { runProjects } from '../run-projects.ts';
import type { FoldersPorts, Work } from './ports.ts';
import { troubleOf } from './trouble.ts';

type Request = Infer<typeof folderExport>;
type Calls = (typeof folders)['calls'];

/** Every file that an export would make. @throws AppError the first problem where nothing can be made. */
export async function planFolders(request: Request, work: Work): Promise<Infer<Calls['plan']['output']>> {
  const { files, projects, problems } = await planned(request, work);
  return { files, projects, problems: problems.map(problemView) };
}

/**
 * Makes the files of an export, then the project files beside them. Cancelled, it answers with what became of each.
 * @throws AppError the first problem where nothing can be made, and where the destination cannot take it.
 */
export async function exportFolders(
  request: Request & { readonly jobs: number },
  startPool: FoldersPorts['startPool'],
  work: Work,
): Promise<Infer<Calls['export']['output']>> {
  const { signal } = work;
  const { files: plan, projects, problems } = await planned(request, work);
  const { outFolder } = request;
  await ensureFolder(outFolder);
  await requireFreeSpace(outFolder, bytesToWrite(plan));
  const results = await runPlan(plan, Math.min(request.jobs, plan.length), startPool, work);
  const written = await runProjects(projects, results, signal);
  return {
    files: results.map(({ file: { sessionTitle, player, fileName }, ...end }) => ({
      file: { sessionTitle, player, fileName },
      ...told(end),
    })),
    projects: written.map(({ file: { sessionTitle, kind, fileName }, ...end }) => ({
      file: { sessionTitle, kind, fileName },
      ...told(end),
    })),
    problems: problems.map(problemView),
    stopped: signal.aborted ? troubleOf(signal.reason) : null,
  };
}

/** The plan, unless nothing in it can be made: then the first reason is the call's. */
async function planned({ selection, choices, outFolder }: Request, { signal }: Work): Promise<ExportPlan> {
  const { zone, fixedStart, ...others } = choices;
  const rate = timecodeRate(choices.rate);
  const wanted: ExportChoices = {
    ...others,
    outFolder,
    formats: writtenFormats(choices.formats, choices.layout),
    rate,
    zone: zone ?? undefined,
    ...(fixedStart !== null && { fixedStart: parseLabel(fixedStart, rate) }),
  };
  const plan = await planExport(
    selection.map(({ folder, players, mixPlaces }) => ({
      folder,
      players,
      mixPlaces: new Map(mixPlaces.map(({ player, ...place }) => [player, place])),
    })),
    wanted,
    signal,
  );
  const [first] = plan.problems;
  if (plan.files.length === 0 && first !== undefined) throw first.error;
  return plan;
}

/** This thread is one of the jobs, which saves starting another; more files at once are written on worker threads. */
async function runPlan(
  plan: readonly PlannedFile[],
  jobs: number,
  startPool: FoldersPorts['startPool'],
  { signal, onProgress }: Work,
): Promise<readonly FileResult[]> {
  const onTotal = (doneBytes: number, totalBytes: number, done: number): void => {
    onProgress(doneBytes, totalBytes, { done, total: plan.length });
  };
  const here: RunItem = (item, itemSignal, report) =>
    exportFile(item, { signal: itemSignal, onProgress: report });
  if (jobs <= 1) return runExport(plan, { jobs: 1, run: here, signal, onProgress: onTotal });
  const pool = await startPool(jobs - 1);
  let isFree = true;
  const run: RunItem = async (...args) => {
    if (!isFree) return pool.run(...args);
    isFree = false;
    try {
      return await here(...args);
    } finally {
      isFree = true;
    }
  };
  try {
    return await runExport(plan, { jobs, run, signal, onProgress: onTotal });
  } finally {
    await pool.close();
  }
}

function bytesToWrite(plan: readonly PlannedFile[]): number {
  return plan
    .filter(({ skipReason }) => skipReason === undefined)
    .reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0);
}

/** What became of a file, in a form that crosses. */
function told<Outcome>(
  end: { readonly outcome: Outcome } | { readonly error: unknown },
): { readonly outcome: Outcome } | { readonly error: ReturnType<typeof troubleOf> } {
  return 'error' in end ? { error: troubleOf(end.error) } : end;
}

function problemView({ folder, player, error }: ExportProblem) {
  return { folder, player: player ?? null, trouble: troubleOf(error) };
}
