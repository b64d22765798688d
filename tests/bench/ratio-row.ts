import { compare, type Comparison, measure } from './measure.ts';
import type { Workspace } from './workspace.ts';

/** What a row found: figures in words, and whether its target was met; undefined for a row without one. */
export interface Finding {
  readonly measured: string;
  readonly comparison?: Comparison;
  readonly met: boolean | undefined;
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  /** What is compared with what. */
  readonly title: string;
  readonly target: string;
  /** Takes minutes: left out of a quick run. */
  readonly slow?: true;
  run(workspace: Workspace, pairs: number): Promise<Finding>;
}

/** A row that is a ratio of A to B, held to at most `most` in wall and processor time, or in one of them. */
export function ratio(
  name: string,
  title: string,
  most: number | undefined,
  prepare: (workspace: Workspace) => Promise<{ a: Command; b: Command }>,
  options: { readonly slow?: true; readonly by?: 'wall' | 'cpu' } = {},
): Row {
  const only = options.by === undefined ? '' : options.by === 'wall' ? ' by the clock' : ' of processor time';
  return {
    name,
    title,
    target: most === undefined ? '' : `<= ${most}${only}`,
    ...(options.slow === true && { slow: true }),
    async run(workspace, pairs) {
      const { a, b } = await prepare(workspace);
      const comparison = compare(
        pairs,
        () => a(workspace.out()),
        () => b(workspace.out()),
      );
      const { wall, cpu } = comparison;
      const worst = options.by === undefined ? Math.max(wall, cpu) : options.by === 'wall' ? wall : cpu;
      const measured = `${wall.toFixed(2)} wall, ${cpu.toFixed(2)} cpu`;
      return { measured, comparison, met: most === undefined ? undefined : worst <= most };
    },
  };
}

/** Runs a program with this output folder and measures it. */
type Command = (out: string) => ReturnType<typeof measure>;

export const running =
  (command: (out: string) => readonly string[]): Command =>
  (out) =>
    measure(command(out));
