import { keep, line, type Result } from './results.ts';
import type { Finding, Row } from './ratio-row.ts';
import { ROWS } from './rows.ts';
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

/**
 * Measures the rows one after another and prints a table; a row that fails says why and the others go on.
 * @returns whether every target was met.
 */
export async function bench(options: BenchOptions): Promise<boolean> {
  const rows = ROWS.filter(({ name, slow }) =>
    options.only.length > 0 ? options.only.includes(name) : !(options.quick && slow === true),
  );
  const workspace = new Workspace(options.keep, options.long);
  const results: Result[] = [];
  try {
    for (const row of rows) {
      const result = { row, finding: await findingOf(row, workspace, options.pairs) };
      results.push(result);
      console.log(line(result));
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
    const order = ROWS.map(({ name }) => name);
    console.log(`Written to ${await keep(results, order, options.pairs)}`);
  }
  return missed.length === 0;
}

async function findingOf(row: Row, workspace: Workspace, pairs: number): Promise<Finding> {
  try {
    return await row.run(workspace, pairs);
  } catch (error) {
    console.error(error);
    return { measured: 'failed', met: false };
  }
}
