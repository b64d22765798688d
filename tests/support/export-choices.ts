import type { ExportChoices } from '../../electron/services/export-plan.ts';
import { timecodeRate } from '../../shared/time/timecode.ts';

/** What tests of exports choose unless they are about the choice: 25 fps, UTC, all players, verified. */
export function exportChoices(outFolder: string, changes: Partial<ExportChoices> = {}): ExportChoices {
  return {
    outFolder,
    players: [],
    rate: timecodeRate('25'),
    zone: 'utc',
    offsetFrames: 0,
    align: 'session',
    existing: 'number',
    verify: true,
    ...changes,
  };
}
