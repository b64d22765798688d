import type { GapReport } from '../../shared/model/gap-report.ts';
import { counted, duration, milliseconds } from './format.ts';

/** A fast clock's lead is worth a word from here on: a video frame at 25. */
const NOTED_LEAD_SAMPLES = 1920;

/** What placing a player's packets had to decide, a line each; nothing where they simply followed each other. */
export function placementNotes(report: GapReport): readonly string[] {
  const { overlaps, duplicates, reordered, outliers, unstamped, driftSteps, fastestLeadSamples } = report;
  const notes: [boolean, string][] = [
    [
      overlaps.count > 0,
      `${counted(overlaps.count, 'packet')} (${duration(overlaps.samples)}) began before the one before had ended and were left out`,
    ],
    [duplicates > 0, `${counted(duplicates, 'packet')} logged twice; the first of each is kept`],
    [reordered > 0, `${counted(reordered, 'packet')} logged late were put in order`],
    [outliers > 0, `${counted(outliers, 'time stamp')} contradicted the others and were not believed`],
    [
      unstamped > outliers,
      `${counted(unstamped - outliers, 'packet')} without a time stamp follow the one before them`,
    ],
    [driftSteps > 0, `${counted(driftSteps, 'step')} of 2.5 ms of silence follow a slow sender clock`],
    [
      fastestLeadSamples >= NOTED_LEAD_SAMPLES,
      `ran up to ${milliseconds(fastestLeadSamples)} ahead of the time stamps; nothing was left out for that`,
    ],
  ];
  return notes.filter(([applies]) => applies).map(([, text]) => text);
}

/** Whether recorded packets are missing from the export because others took their place. */
export function leavesPacketsOut(report: GapReport): boolean {
  return report.overlaps.count > 0;
}
