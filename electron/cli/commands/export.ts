import { resolve } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { isDamage } from '../../../shared/model/finding.ts';
import {
  isEncodedMix,
  isMix,
  type Layout,
  MIX_KBPS,
  type PcmFormat,
  type WrittenFormat,
  writtenFormats,
} from '../../../shared/model/media-formats.ts';
import { type Preset, PRESETS } from '../../../shared/model/presets.ts';
import type { ProjectFormat } from '../../../shared/model/project-formats.ts';
import { parseLabel, timecodeRate } from '../../../shared/time/timecode.ts';
import { coreCount } from '../../io/cores.ts';
import { requireFreeSpace } from '../../io/free-space.ts';
import { type Existing, ensureFolder } from '../../io/output-file.ts';
import { exportFile } from '../../services/export-job/export-file.ts';
import {
  type ExportChoices,
  type ExportPlan,
  type PlannedFile,
  planExport,
} from '../../services/export-plan.ts';
import { type FileResult, type RunItem, runExport } from '../../services/run-export.ts';
import { type ProjectResult, runProjects } from '../../services/run-projects.ts';
import { EXIT, type ExitCode, exitCodeFor } from '../exit-code.ts';
import {
  exportDocument,
  exportTable,
  failureLines,
  failures,
  planTable,
  problems,
  projectProblems,
} from '../export-report.ts';
import { fileSize } from '../format.ts';
import { leavesPacketsOut } from '../placement-notes.ts';
import type { CommandContext } from '../context.ts';
import { mixPlaces } from '../mix-places.ts';
import { mixLines } from '../mix-report.ts';
import { numberBetween } from '../option-values.ts';

interface ExportOptions {
  readonly out: string;
  readonly player?: string[];
  readonly format?: string[];
  readonly layout: Layout;
  readonly pcm: PcmFormat;
  readonly pan?: string[];
  readonly gain?: string[];
  readonly mixKbps?: string;
  readonly fragmented?: boolean;
  readonly project?: ProjectFormat[];
  readonly preset?: string;
  readonly fps: string;
  readonly zone?: string;
  readonly start?: string;
  readonly offset: string;
  readonly align: 'session' | 'trim';
  readonly name: string;
  readonly existing: Existing;
  readonly jobs?: string;
  readonly verify: boolean;
  readonly dryRun?: boolean;
}

/** What is written when neither a format nor a preset is named. */
const DEFAULT_FORMATS: readonly WrittenFormat[] = ['m4a'];

/** `tailslate export SESSION... --out DIR` */
export async function run(
  folders: readonly string[],
  options: ExportOptions,
  { terminal, signal }: CommandContext,
): Promise<ExitCode> {
  const preset = presetOf(options.preset);
  const choices = chosen(options, preset);
  const jobs = numberBetween('--jobs', options.jobs ?? String(coreCount()), {
    least: 1,
    most: 64,
    whole: true,
  });
  const note = preset === undefined ? undefined : `${preset.title}: ${preset.note}`;
  const players = options.player ?? [];
  const places = mixPlaces(options.pan ?? [], options.gain ?? []);
  if (places.size > 0 && !choices.formats.some(isMix)) {
    throw new AppError('usage', '--pan and --gain are about the mix, which is not among the formats.', {
      next: 'Add --format mix.',
    });
  }
  if (options.mixKbps !== undefined && !choices.formats.some(isEncodedMix)) {
    throw new AppError('usage', '--mix-kbps is about an encoded mix, which is not among the formats.', {
      next: 'Add --format mix-m4a or --format mix-ogg.',
    });
  }
  const {
    files: plan,
    projects,
    problems: unplanned,
  } = requireFiles(
    await planExport(
      folders.map((folder) => ({ folder, players, mixPlaces: places })),
      choices,
      signal,
    ),
  );
  if (options.dryRun === true) {
    terminal.document({
      dryRun: true,
      out: choices.outFolder,
      files: plan,
      projects,
      problems: failures(unplanned),
    });
    terminal.print(planTable(plan, projects));
    for (const line of failureLines(unplanned)) terminal.note(line);
    if (note !== undefined) terminal.note(note);
    return unplanned.length > 0 ? EXIT.failed : EXIT.done;
  }
  await ensureFolder(choices.outFolder);
  await requireFreeSpace(choices.outFolder, estimatedBytes(plan));
  const results = await runPlan(plan, Math.min(jobs, plan.length), signal, (done, total, finished) => {
    const percent = total === 0 ? 0 : Math.floor((100 * done) / total);
    terminal.progress(
      `${percent} %  ${finished} of ${plan.length} files  ${fileSize(done)} of ${fileSize(total)} read and written`,
    );
  });
  const written = await runProjects(projects, results, signal);
  const stopped: unknown = signal.aborted ? signal.reason : undefined;
  terminal.document(exportDocument(choices.outFolder, results, written, { note, stopped, unplanned }));
  terminal.print(exportTable(results, written));
  for (const lines of mixLines(results)) terminal.print(lines);
  for (const line of [...failureLines(unplanned), ...problems(results), ...projectProblems(written)])
    terminal.note(line);
  if (note !== undefined) terminal.note(note);
  if (stopped === undefined) return unplanned.length > 0 ? EXIT.failed : exitCode(results, written);
  terminal.noteError(stopped);
  return exitCodeFor(stopped);
}

function chosen(options: ExportOptions, preset: Preset | undefined): ExportChoices {
  const rate = timecodeRate(options.fps);
  const formats = options.format ?? preset?.choices.formats ?? DEFAULT_FORMATS;
  const fragmented = options.fragmented ?? false;
  if (fragmented && !formats.includes('m4a')) {
    throw new AppError('usage', '--fragmented is a form of m4a, which this export does not make.', {
      next: 'Add --format m4a, or leave --fragmented out.',
    });
  }
  return {
    outFolder: outFolder(options.out),
    formats: writtenFormats(formats, options.layout),
    layout: options.layout,
    fragmented,
    projects: options.project ?? preset?.choices.projects ?? [],
    pcm: options.pcm,
    mixKbps: MIX_KBPS.find((kbps) => String(kbps) === options.mixKbps),
    rate,
    zone: options.zone,
    ...(options.start !== undefined && { fixedStart: parseLabel(options.start, rate) }),
    offsetFrames: numberBetween('--offset', options.offset, { least: -1e7, most: 1e7, whole: true }),
    align: options.align,
    nameTemplate: options.name,
    existing: options.existing,
    verify: options.verify,
  };
}

/** The plan, unless nothing in it can be made: then the first reason is the command's. */
function requireFiles(plan: ExportPlan): ExportPlan {
  const [first] = plan.problems;
  if (plan.files.length === 0 && first !== undefined) throw first.error;
  return plan;
}

/** An empty name, as of a variable that a script forgot to set, must not put files into the current folder. */
function outFolder(path: string): string {
  if (path !== '') return resolve(path);
  throw new AppError('usage', '--out names no folder.', { next: 'Name one; "." is the current folder.' });
}

/** This thread is one of the jobs, which saves starting another; more files at once are written on worker threads. */
async function runPlan(
  plan: readonly PlannedFile[],
  jobs: number,
  signal: AbortSignal,
  onProgress: (doneBytes: number, totalBytes: number, finishedFiles: number) => void,
): Promise<readonly FileResult[]> {
  const here: RunItem = (item, itemSignal, report) =>
    exportFile(item, { signal: itemSignal, onProgress: report });
  if (jobs <= 1) return runExport(plan, { jobs: 1, run: here, signal, onProgress });
  const { WorkerPool } = await import('../../workers/worker-pool.ts');
  const pool = new WorkerPool(jobs - 1);
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
    return await runExport(plan, { jobs, run, signal, onProgress });
  } finally {
    await pool.close();
  }
}

/** @throws AppError('usage') for a name that no preset has. */
function presetOf(id: string | undefined): Preset | undefined {
  if (id === undefined) return undefined;
  const preset = PRESETS.find((candidate) => candidate.id === id);
  if (preset !== undefined) return preset;
  throw new AppError('usage', `There is no preset "${id}".`, {
    next: `Use one of ${PRESETS.map((candidate) => candidate.id).join(', ')}.`,
  });
}

function estimatedBytes(plan: readonly PlannedFile[]): number {
  return plan
    .filter(({ skipReason }) => skipReason === undefined)
    .reduce((sum, { estimatedBytes: bytes }) => sum + bytes, 0);
}

function exitCode(results: readonly FileResult[], projects: readonly ProjectResult[]): ExitCode {
  if ([...results, ...projects].some((result) => 'error' in result)) return EXIT.failed;
  const damaged = results.some(
    (result) =>
      'outcome' in result &&
      (result.outcome.findings.some(isDamage) ||
        (result.outcome.status === 'done' && leavesPacketsOut(result.outcome.report))),
  );
  return damaged ? EXIT.damage : EXIT.done;
}
