import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Sample } from './measure.ts';
import { type Finding, type Row, ROWS } from './rows.ts';
import { Workspace } from './workspace.ts';

export interface BenchOptions {
  /** Names of rows; all when empty. */
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly pairs: number;
  readonly write: boolean;
  readonly keep: boolean;
  /** Records for ten minutes in place of seconds. */
  readonly long: boolean;
}

/** Measures the rows one after another and prints a table. @returns whether every target was met. */
export async function bench(options: BenchOptions): Promise<boolean> {
  const rows = ROWS.filter(({ name, slow }) =>
    options.only.length > 0 ? options.only.includes(name) : !(options.quick && slow === true),
  );
  const workspace = new Workspace(options.keep, options.long);
  const results: { row: Row; finding: Finding }[] = [];
  try {
    for (const row of rows) {
      const finding = await row.run(workspace, options.pairs);
      results.push({ row, finding });
      console.log(line(row, finding));
    }
  } finally {
    workspace.close();
  }
  const missed = results.filter(({ finding }) => finding.met === false);
  console.log(
    missed.length === 0
      ? 'All targets met.'
      : `Missed: ${missed.map(({ row }) => row.name).join(', ')}. On a busy machine, run those again with --only.`,
  );
  if (options.write) {
    const path = join(import.meta.dirname, 'RESULTS.md');
    writeFileSync(path, report(results, options.pairs));
    console.log(`Written to ${path}`);
  }
  return missed.length === 0;
}

function line({ name, target }: Row, { measured, comparison, met }: Finding): string {
  const cells = [name.padEnd(22), measured.padEnd(24), target.padEnd(32), verdict(met).padEnd(7)];
  if (comparison !== undefined) cells.push(`${took(comparison.a)} : ${took(comparison.b)}`);
  return cells.join('').trimEnd();
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return '';
  return met ? 'met' : 'MISSED';
}

function took({ wallMs, cpuMs, peakMiB }: Sample): string {
  const memory = peakMiB === undefined ? '' : `, ${peakMiB.toFixed(0)} MiB`;
  return `${wallMs.toFixed(0)} ms (${cpuMs.toFixed(0)} cpu${memory})`;
}

function report(results: readonly { row: Row; finding: Finding }[], pairs: number): string {
  const lines = results.map(({ row, finding: { measured, comparison, met } }) => {
    const figures = comparison === undefined ? '' : `${took(comparison.a)} : ${took(comparison.b)}`;
    return `| ${[row.name, row.title, measured, row.target, verdict(met), figures].join(' | ')} |`;
  });
  const processors = cpus();
  return `# What exports take

Made by \`npm run bench -- --write --pairs ${pairs}\` on Node ${process.versions.node}, ${processors.length} x ${processors[0]?.model ?? 'unknown'}.
Ratios are medians of ${pairs} pairs run in turn and count on any machine; milliseconds and MiB are medians of this one.
README.md says what is compared.

| row | compared | ratio | target | | A : B |
|---|---|---|---|---|---|
${lines.join('\n')}
`;
}
