import { findingLine, isDamage } from '../../shared/model/finding.ts';
import { missingLine } from '../services/export-job/project-item.ts';
import type { Exported, FoldersPlan } from './folders-api.ts';
import { counted, duration, fileSize, milliseconds, table } from './format.ts';
import { placementNotes } from './placement-notes.ts';
import { describeError, describeTrouble } from './terminal.ts';
import { silenceOfFile } from '../../shared/model/gap-report.ts';

type FileResult = Exported['files'][number];
type ProjectResult = Exported['projects'][number];
type Problem = Exported['problems'][number];

/** What `--dry-run` shows: names, timecodes, lengths. */
export function planTable(plan: FoldersPlan): string {
  const files = [...plan.files, ...plan.projects.map((project) => ({ ...project, player: PROJECT }))];
  return table(
    ['player', 'file', 'timecode', 'length'],
    files.map(({ player, fileName, skipReason, item }) => [
      player,
      skipReason === undefined ? fileName : `${fileName} (skipped, it is there already)`,
      item.timecode.label,
      duration(item.endSamples - item.originSamples),
    ]),
    ['length'],
  );
}

/** What stands in the players' column beside a project file. */
const PROJECT = 'project';

/** What was made, a row a file. */
export function exportTable(results: readonly FileResult[], projects: readonly ProjectResult[]): string {
  return table(
    ['player', 'timecode', 'length', 'size', 'packets', 'silence', 'worst', 'checked', 'file'],
    [...results.map(row), ...projects.map(projectRow)],
    ['length', 'size', 'packets', 'silence', 'worst'],
  );
}

function row(result: FileResult): string[] {
  const { player } = result.file;
  if ('error' in result)
    return [player, '', '', '', '', '', '', unfinished(result.error), result.file.fileName];
  const { outcome } = result;
  if (outcome.status === 'skipped') return [player, '', '', '', '', '', '', 'skipped', result.file.fileName];
  const { report, verification } = outcome;
  const silence = silenceOfFile(outcome.tracks, report);
  return [
    player,
    outcome.timecode,
    duration(outcome.durationSamples),
    fileSize(outcome.sizeBytes),
    String(outcome.packets),
    silence === null ? '' : duration(silence),
    milliseconds(report.largestErrorSamples),
    verification === undefined ? 'not checked' : verification.tracks.length > 0 ? 'identical' : 'read back',
    outcome.path,
  ];
}

function projectRow(result: ProjectResult): string[] {
  const { fileName } = result.file;
  if ('error' in result) return [PROJECT, '', '', '', '', '', '', unfinished(result.error), fileName];
  const { outcome } = result;
  if (outcome.status === 'skipped') return [PROJECT, '', '', '', '', '', '', 'skipped', fileName];
  const { timecode, durationSamples, sizeBytes, path } = outcome;
  return [PROJECT, timecode, duration(durationSamples), fileSize(sizeBytes), '', '', '', '', path];
}

/** What to call a file that was not made. */
function unfinished({ code }: { readonly code: string }): 'stopped' | 'failed' {
  return code === 'cancelled' ? 'stopped' : 'failed';
}

/** Damaged places named one by one for each player. */
const DAMAGE_SHOWN = 10;

/** What a person should know beside the table: failures with the next step, skips, damage, anything else found. */
export function problems(results: readonly FileResult[]): readonly string[] {
  const lines: string[] = [];
  const others = new Set<string>();
  for (const result of results) {
    const { player } = result.file;
    if ('error' in result) {
      // Why files were stopped is told once, for all of them.
      if (unfinished(result.error) === 'stopped') continue;
      lines.push(`${player}: ${troubleLine(result.error)}`);
      continue;
    }
    const { outcome } = result;
    if (outcome.status === 'skipped') lines.push(`${player}: skipped. ${outcome.reason}`);
    else lines.push(...placementNotes(outcome.report).map((text) => `${player}: ${text}.`));
    if (outcome.status === 'done') lines.push(...unsyncedLines(player, outcome.unsynced));
    const damage = outcome.findings.filter(isDamage);
    const places = outcome.status === 'done' ? outcome.report.damage.count : damage.length;
    if (places > 0) {
      const filled = outcome.status === 'done' ? ', filled with silence' : '';
      lines.push(`${player}: ${counted(places, 'damaged place')} in the logs${filled}:`);
      lines.push(...damage.slice(0, DAMAGE_SHOWN).map((finding) => `  ${findingLine(finding)}`));
      const more = places - DAMAGE_SHOWN;
      if (more > 0) lines.push(`  and ${more} more, listed with --json`);
    }
    for (const finding of outcome.findings) if (!isDamage(finding)) others.add(findingLine(finding));
  }
  return [...lines, ...others];
}

/** That a session was not over when it was exported. */
export function recordedLines(recorded: Exported['recorded']): readonly string[] {
  return recorded.map(
    ({ folder, by }) =>
      `${folder} is being recorded by ${by}: all its files end where it was safe on disk when the export began. Export it again when the recording has ended.`,
  );
}

/** That a file's name is not durable, where its folder could not be synced. */
function unsyncedLines(what: string, reason: string | undefined): readonly string[] {
  if (reason === undefined) return [];
  return [
    `${what}: the file is complete and checked, but its name may not survive a power cut: its folder could not be synced (${reason}). Check the disk.`,
  ];
}

/** What a person should know of the project files: failures with the next step, skips, who is not in them. */
export function projectProblems(results: readonly ProjectResult[]): readonly string[] {
  return results.flatMap((result) => {
    const { fileName } = result.file;
    if ('error' in result) {
      if (unfinished(result.error) === 'stopped') return [];
      return [`${fileName}: ${troubleLine(result.error)}`];
    }
    const { outcome } = result;
    if (outcome.status === 'skipped') return [`${fileName}: skipped. ${outcome.reason}`];
    const missing = outcome.missing.length === 0 ? [] : [`${fileName}: ${missingLine(outcome.missing)}`];
    return [...missing, ...unsyncedLines(fileName, outcome.unsynced)];
  });
}

/** The JSON document of an export; `stopped` is why it ended before its time. */
export function exportDocument(
  out: string,
  results: readonly FileResult[],
  projects: readonly ProjectResult[],
  {
    note,
    stopped,
    unplanned,
    recorded,
  }: {
    readonly recorded: Exported['recorded'];
    readonly note: string | undefined;
    readonly stopped: unknown;
    readonly unplanned: readonly Problem[];
  },
): unknown {
  return {
    out,
    ...(note !== undefined && { note }),
    ...(stopped !== undefined && { error: describeError(stopped) }),
    ...(unplanned.length > 0 && { problems: failures(unplanned) }),
    ...(recorded.length > 0 && { recorded }),
    files: results.map((result) => {
      const { sessionTitle: session, player, fileName } = result.file;
      if ('error' in result)
        return {
          session,
          player,
          fileName,
          status: unfinished(result.error),
          error: describeTrouble(result.error),
        };
      return { session, fileName, ...result.outcome };
    }),
    ...(projects.length > 0 && { projects: projects.map(projectDocument) }),
  };
}

function projectDocument(result: ProjectResult): unknown {
  const { sessionTitle: session, kind: project, fileName } = result.file;
  if (!('error' in result)) return { session, project, fileName, ...result.outcome };
  const { error } = result;
  return { session, project, fileName, status: unfinished(error), error: describeTrouble(error) };
}

/** Sessions and players of which no file could be planned, for the JSON document. */
export function failures(unplanned: readonly Problem[]): unknown[] {
  return unplanned.map(({ folder, player, trouble }) => ({
    folder,
    ...(player !== null && { player }),
    status: 'failed',
    error: describeTrouble(trouble),
  }));
}

/** The same, a line each. */
export function failureLines(unplanned: readonly Problem[]): readonly string[] {
  return unplanned.map(({ folder, player, trouble }) => `${player ?? folder}: ${troubleLine(trouble)}`);
}

/** What happened, and what to do next. */
export function troubleLine(trouble: Problem['trouble']): string {
  const { message, next } = describeTrouble(trouble);
  return next === undefined ? message : `${message} ${next}`;
}
