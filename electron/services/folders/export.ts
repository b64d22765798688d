import { resolve } from 'node:path';
import type { folderExport } from '../../../shared/ipc/contract/folder-export.ts';
import type { folders } from '../../../shared/ipc/contract/folders.ts';
import type { Infer } from '../../../shared/ipc/declare.ts';
import { writtenFormats } from '../../../shared/model/media-formats.ts';
import { parseLabel, timecodeRate } from '../../../shared/time/timecode.ts';
import { namesIn } from '../../io/folder.ts';
import { requireFreeSpace } from '../../io/free-space.ts';
import { ensureFolder } from '../../io/output-file.ts';
import {
  type ExportChoices,
  type ExportPlan,
  type ExportProblem,
  planExport,
  type PlannedFile,
} from '../export-plan.ts';
import { FolderQuestions } from '../waiting/folder-questions.ts';
import type { ListNames } from '../export-plan/free-names.ts';
import { removeDeadParts } from '../export-plan/dead-parts.ts';
import { bytesToWrite } from '../export-plan/estimate.ts';
import { runExport } from '../run-export.ts';
import { runProjects } from '../run-projects.ts';
import type { FoldersPorts, Work } from './ports.ts';
import { recorderOf } from './recorder.ts';
import { sessionFolder } from '../session/open-session.ts';
import { troubleOf } from './trouble.ts';
import { WatchedRuns } from './watched-runs.ts';

type Request = Infer<typeof folderExport>;
type Calls = (typeof folders)['calls'];

/** Every file that an export would make. @throws AppError the first problem where nothing can be made. */
export async function planFolders(
  request: Request,
  { clock }: Pick<FoldersPorts, 'clock'>,
  { signal }: Work,
): Promise<Infer<Calls['plan']['output']>> {
  const questions = new FolderQuestions(clock.after);
  const listNames: ListNames = (folder) => questions.ask(folder, () => namesIn(folder));
  const { files, projects, problems, unchecked } = await planned(
    request,
    await recordedAmong(request.selection),
    signal,
    listNames,
  );
  return {
    files,
    projects,
    problems: problems.map(problemView),
    unchecked: unchecked === undefined ? null : troubleOf(unchecked),
  };
}

/**
 * Makes the files of an export, then the project files beside them. Cancelled, it answers with what became of each, also
 * where the disk does not answer: what waits for that is left behind.
 * @throws AppError the first problem where nothing can be made, and where the destination cannot take it.
 */
export async function exportFolders(
  request: Request & { readonly jobs: number },
  ports: FoldersPorts,
  { signal, onProgress, onWait }: Work,
): Promise<Infer<Calls['export']['output']>> {
  const { outFolder } = request;
  const runs = new WatchedRuns(signal, ports, onWait);
  try {
    const listNames: ListNames = (folder) => runs.ask(() => namesIn(folder));
    // Asked before anything is read: what is recorded until then is over when its end is looked for.
    const recorded = await recordedAmong(request.selection);
    const { files: plan, projects, problems } = await planned(request, recorded, signal, listNames);
    await runs.ask(async () => {
      await ensureFolder(outFolder);
      await removeDeadParts(plan);
      await requireFreeSpace(outFolder, bytesToWrite(plan));
    });
    const jobs = Math.min(request.jobs, plan.length);
    const results = await runExport(plan, {
      jobs,
      run: runs.runItem(jobs),
      signal,
      onProgress: (doneBytes, totalBytes, done) => {
        onProgress(doneBytes, totalBytes, { done, total: plan.length });
      },
    });
    const written = await runProjects(projects, results, signal, runs.writeProject);
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
      recorded: recordedOf(plan, recorded),
      stopped: signal.aborted ? troubleOf(runs.leftBehind() ?? signal.reason) : null,
    };
  } finally {
    await runs.close();
  }
}

/** The plan, unless nothing in it can be made: then the first reason is the call's. */
async function planned(
  { selection, choices, outFolder }: Request,
  recorded: readonly Recorded[],
  signal: AbortSignal,
  listNames: ListNames,
): Promise<ExportPlan> {
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
      live: recorded.some(({ path }) => path === folder),
      mixPlaces: new Map(mixPlaces.map(({ player, ...place }) => [player, place])),
    })),
    wanted,
    signal,
    listNames,
  );
  const [first] = plan.problems;
  if (plan.files.length === 0 && first !== undefined) throw first.error;
  return plan;
}

/** A session folder that somebody records into. */
interface Recorded {
  /** As it was named. */
  readonly path: string;
  readonly folder: string;
  readonly by: string;
}

/** Those of the sessions; what is no session is told of by who opens it. */
async function recordedAmong(selection: Request['selection']): Promise<readonly Recorded[]> {
  const paths = [...new Set(selection.map(({ folder }) => folder))];
  const all = await Promise.all(
    paths.map(async (path) => {
      const folder = await sessionFolder(resolve(path)).catch(() => undefined);
      return { path, folder, by: folder === undefined ? null : await recorderOf(folder) };
    }),
  );
  return all.flatMap(({ path, folder, by }) =>
    folder === undefined || by === null ? [] : [{ path, folder, by }],
  );
}

/** Those of them of which there are files, each once. */
function recordedOf(plan: readonly PlannedFile[], recorded: readonly Recorded[]) {
  const planned = recorded.filter(({ folder }) => plan.some(({ item }) => item.sessionFolder === folder));
  return [...new Map(planned.map(({ folder, by }) => [folder, { folder, by }])).values()];
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
