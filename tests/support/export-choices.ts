import { type ExportChoices, type PlannedFile, planExport } from '../../electron/services/export-plan.ts';
import { timecodeRate } from '../../shared/time/timecode.ts';

/** What tests of exports choose unless they are about the choice: 25 fps, UTC, all players, verified. */
export function exportChoices(outFolder: string, changes: Partial<ExportChoices> = {}): ExportChoices {
  return {
    outFolder,
    formats: ['m4a'],
    layout: 'per-player',
    fragmented: false,
    projects: [],
    rate: timecodeRate('25'),
    zone: 'utc',
    offsetFrames: 0,
    align: 'session',
    existing: 'number',
    verify: true,
    ...changes,
  };
}

/** The files of one session's plan, of all players or of these. @throws the plan's first problem. */
export async function plannedFiles(
  folder: string,
  choices: ExportChoices,
  players: readonly string[] = [],
): Promise<readonly PlannedFile[]> {
  const plan = await planExport([{ folder, players }], choices, new AbortController().signal);
  const [problem] = plan.problems;
  if (problem !== undefined) throw problem.error;
  return plan.files;
}
