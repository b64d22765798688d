import type { FileResult } from '../services/run-export.ts';
import type { PlannedFile } from '../services/export-plan.ts';
import { counted, duration, fileSize, findingLine, milliseconds, table } from './format.ts';
import { describeError } from './terminal.ts';

/** What `--dry-run` shows: names, timecodes, lengths. */
export function planTable(plan: readonly PlannedFile[]): string {
  return table(
    ['player', 'file', 'timecode', 'length'],
    plan.map(({ player, fileName, skipReason, item }) => [
      player,
      skipReason === undefined ? fileName : `${fileName} (skipped, it is there already)`,
      item.timecode.label,
      duration(item.endSamples - item.originSamples),
    ]),
    ['length'],
  );
}

/** What was made, a row a file. */
export function exportTable(results: readonly FileResult[]): string {
  return table(
    ['player', 'timecode', 'length', 'size', 'packets', 'silence', 'worst', 'checked', 'file'],
    results.map(row),
    ['length', 'size', 'packets', 'silence', 'worst'],
  );
}

function row(result: FileResult): string[] {
  const { player } = result.file;
  if ('error' in result) return [player, '', '', '', '', '', '', 'failed', result.file.fileName];
  const { outcome } = result;
  if (outcome.status === 'skipped') return [player, '', '', '', '', '', '', 'skipped', result.file.fileName];
  const { report, verification } = outcome;
  return [
    player,
    outcome.timecode,
    duration(outcome.durationSamples),
    fileSize(outcome.sizeBytes),
    String(outcome.packets),
    duration(report.silenceSamples),
    milliseconds(report.largestErrorSamples),
    verification === undefined ? 'not checked' : 'identical',
    outcome.path,
  ];
}

/** What a person should know beside the table: failures with the next step, skips, damage. */
export function problems(results: readonly FileResult[]): readonly string[] {
  const lines: string[] = [];
  for (const result of results) {
    const { player } = result.file;
    if ('error' in result) {
      const { message, next } = describeError(result.error);
      lines.push(`${player}: ${message}${next === undefined ? '' : ` ${next}`}`);
    } else if (result.outcome.status === 'skipped') {
      lines.push(`${player}: skipped. ${result.outcome.reason}`);
    } else if (result.outcome.report.damage.count > 0) {
      const { findings, report } = result.outcome;
      lines.push(
        `${player}: ${counted(report.damage.count, 'damaged place')} in the logs, filled with silence:`,
      );
      lines.push(...findings.slice(0, 10).map((finding) => `  ${findingLine(finding)}`));
      if (findings.length > 10) lines.push(`  and ${findings.length - 10} more, listed with --json`);
    }
  }
  return lines;
}

/** The JSON document of an export. */
export function exportDocument(
  out: string,
  results: readonly FileResult[],
  note: string | undefined,
): unknown {
  return {
    out,
    ...(note !== undefined && { note }),
    files: results.map((result) => {
      const { sessionTitle: session, player, fileName } = result.file;
      if ('error' in result)
        return { session, player, fileName, status: 'failed', error: describeError(result.error) };
      return { session, fileName, ...result.outcome };
    }),
  };
}
