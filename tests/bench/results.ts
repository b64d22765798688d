import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Sample } from './measure.ts';
import type { Finding, Row } from './ratio-row.ts';

/** The table that is kept with the project. */
const PATH = join(import.meta.dirname, 'RESULTS.md');

/** A row and what came of it. */
export interface Result {
  readonly row: Row;
  readonly finding: Finding;
}

/** One line for people who watch. */
export function line({ row: { name, target }, finding: { measured, comparison, met } }: Result): string {
  const cells = [name.padEnd(22), measured.padEnd(24), target.padEnd(32), verdict(met).padEnd(7)];
  if (comparison !== undefined) cells.push(`${took(comparison.a)} : ${took(comparison.b)}`);
  return cells
    .map((cell) => cell.trimEnd().padEnd(cell.length))
    .join(' ')
    .trimEnd();
}

/**
 * Puts results into the table; rows that were not measured this time keep what they had.
 * @param order names of all rows, as they stand in the table.
 * @returns where the table lies.
 */
export async function keep(
  results: readonly Result[],
  order: readonly string[],
  pairs: number,
): Promise<string> {
  const kept = new Map(linesOf(readFileSync(PATH, 'utf8')));
  for (const result of results) kept.set(result.row.name, tableLine(result, pairs));
  const processors = cpus();
  const text = `# What exports take

Made by \`npm run bench -- --write\` on Node ${process.versions.node}, last on ${processors.length} x ${processors[0]?.model ?? 'unknown'}.
Ratios are medians of pairs run in turn and count on any machine; milliseconds and MiB are medians of one.
README.md says what is compared.

| row | compared | found | target | | pairs | A : B |
|---|---|---|---|---|---|---|
${order.flatMap((name) => kept.get(name) ?? []).join('\n')}
`;
  const style = await resolveConfig(PATH);
  writeFileSync(PATH, await format(text, { ...style, parser: 'markdown' }));
  return PATH;
}

function tableLine({ row, finding: { measured, comparison, met } }: Result, pairs: number): string {
  const figures = comparison === undefined ? '' : `${took(comparison.a)} : ${took(comparison.b)}`;
  const runs = comparison === undefined ? '' : String(pairs);
  return `| ${[row.name, row.title, measured, row.target, verdict(met), runs, figures].join(' | ')} |`;
}

/** The table's lines by their rows' names. */
function linesOf(text: string): [string, string][] {
  return text
    .split('\n')
    .map((tableRow): [string, string] => [/^\| ([a-z][a-z0-9-]*) /.exec(tableRow)?.[1] ?? '', tableRow])
    .filter(([name]) => name !== '' && name !== 'row');
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return '';
  return met ? 'met' : 'MISSED';
}

function took({ wallMs, cpuMs, peakMiB }: Sample): string {
  const memory = peakMiB === undefined ? '' : `, ${peakMiB.toFixed(0)} MiB`;
  return `${wallMs.toFixed(0)} ms (${cpuMs.toFixed(0)} cpu${memory})`;
}
