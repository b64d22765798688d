import { resolve } from 'node:path';
import { decodeError } from '../../../shared/ipc/envelope.ts';
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
import { EXIT, type ExitCode, exitCodeFor } from '../exit-code.ts';
import {
  exportDocument,
  exportTable,
  failureLines,
  failures,
  planTable,
  problems,
  projectProblems,
  recordedLines,
  troubleLine,
} from '../export-report.ts';
import { type Exported, type FolderExport, type FoldersProgress, withFolders } from '../folders-api.ts';
import { fileSize } from '../format.ts';
import { leavesPacketsOut } from '../placement-notes.ts';
import type { CommandContext } from '../context.ts';
import { describeTrouble } from '../terminal.ts';
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
  readonly existing: FolderExport['choices']['existing'];
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
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
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
  if (places.length > 0 && !choices.formats.some(isMix)) {
    throw new AppError('usage', '--pan and --gain are about the mix, which is not among the formats.', {
      next: 'Add --format mix.',
    });
  }
  if (options.mixKbps !== undefined && !choices.formats.some(isEncodedMix)) {
    throw new AppError('usage', '--mix-kbps is about an encoded mix, which is not among the formats.', {
      next: 'Add --format mix-m4a or --format mix-ogg.',
    });
  }
  const request: FolderExport = {
    selection: folders.map((folder) => ({ folder, players, mixPlaces: places })),
    choices,
    outFolder: outFolder(options.out),
  };
  if (options.dryRun === true) {
    const plan = await withFolders(
      context,
      () => 'Reading',
      (api) => api.plan(request),
    );
    terminal.document({
      dryRun: true,
      out: request.outFolder,
      files: plan.files,
      projects: plan.projects,
      problems: failures(plan.problems),
      ...(plan.unchecked !== null && { unchecked: describeTrouble(plan.unchecked) }),
    });
    terminal.print(planTable(plan));
    if (plan.unchecked !== null) terminal.note(troubleLine(plan.unchecked));
    for (const line of failureLines(plan.problems)) terminal.note(line);
    if (note !== undefined) terminal.note(note);
    return plan.problems.length > 0 ? EXIT.failed : EXIT.done;
  }
  const exported = await withFolders(context, progressLine, (api) => api.export({ ...request, jobs }));
  const { files: results, projects: written, problems: unplanned, recorded } = exported;
  const stopped = exported.stopped === null ? nothingWritten(results) : decodeError(exported.stopped);
  terminal.document(
    exportDocument(request.outFolder, results, written, { note, stopped, unplanned, recorded }),
  );
  terminal.print(exportTable(results, written));
  for (const lines of mixLines(results)) terminal.print(lines);
  for (const line of [
    ...failureLines(unplanned),
    ...problems(results),
    ...projectProblems(written),
    ...recordedLines(recorded),
  ])
    terminal.note(line);
  if (note !== undefined) terminal.note(note);
  if (stopped === undefined) return unplanned.length > 0 ? EXIT.failed : exitCode(exported);
  terminal.noteError(stopped);
  return exitCodeFor(stopped);
}

function progressLine({ doneBytes, totalBytes, files }: FoldersProgress): string {
  const percent = totalBytes === 0 ? 0 : Math.floor((100 * doneBytes) / totalBytes);
  const counted = files === null ? '' : `  ${files.done} of ${files.total} files`;
  return `${percent} %${counted}  ${fileSize(doneBytes)} of ${fileSize(totalBytes)} read and written`;
}

function chosen(options: ExportOptions, preset: Preset | undefined): FolderExport['choices'] {
  const rate = timecodeRate(options.fps);
  const formats = options.format ?? preset?.choices.formats ?? DEFAULT_FORMATS;
  const fragmented = options.fragmented ?? false;
  if (fragmented && !formats.includes('m4a')) {
    throw new AppError('usage', '--fragmented is a form of m4a, which this export does not make.', {
      next: 'Add --format m4a, or leave --fragmented out.',
    });
  }
  // Read here and again where it is used, so that a wrong one is told before anything else is looked at.
  if (options.start !== undefined) parseLabel(options.start, rate);
  return {
    formats: writtenFormats(formats, options.layout),
    layout: options.layout,
    fragmented,
    projects: options.project ?? preset?.choices.projects ?? [],
    pcm: options.pcm,
    mixKbps: MIX_KBPS.find((kbps) => String(kbps) === options.mixKbps),
    rate: rate.id,
    zone: options.zone ?? null,
    fixedStart: options.start ?? null,
    offsetFrames: numberBetween('--offset', options.offset, { least: -1e7, most: 1e7, whole: true }),
    align: options.align,
    nameTemplate: options.name,
    presetTitle: preset?.title,
    existing: options.existing,
    verify: options.verify,
  };
}

/** An empty name, as of a variable that a script forgot to set, must not put files into the current folder. */
function outFolder(path: string): string {
  if (path !== '') return resolve(path);
  throw new AppError('usage', '--out names no folder.', { next: 'Name one; "." is the current folder.' });
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

/** Why an export that went its way made no file: nobody in it has packets. A name that was left alone is a file. */
function nothingWritten(results: Exported['files']): AppError | undefined {
  const isEmpty = (result: (typeof results)[number]): boolean =>
    'outcome' in result &&
    result.outcome.status === 'skipped' &&
    (result.outcome.detail?.kind === 'nothing-recorded' ||
      result.outcome.detail?.kind === 'nothing-readable');
  if (results.length === 0 || !results.every(isEmpty)) return undefined;
  return new AppError('nothing-to-do', 'Nothing was written: nobody in this export has packets.', {
    next: 'Run "tailslate inspect" to see what the session holds.',
  });
}

function exitCode({ files: results, projects }: Exported): ExitCode {
  if ([...results, ...projects].some((result) => 'error' in result)) return EXIT.failed;
  const damaged = results.some(
    (result) =>
      'outcome' in result &&
      (result.outcome.findings.some(isDamage) ||
        (result.outcome.status === 'done' && leavesPacketsOut(result.outcome.report))),
  );
  return damaged ? EXIT.damage : EXIT.done;
}
