import { isDamage } from '../../../shared/model/finding.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Gap, GapReport } from '../../../shared/model/gap-report.ts';
import { FRAME_UNIT_SAMPLES, SAMPLES_PER_MS } from '../../../shared/time/samples.ts';
import { type DamageTotals, damageAmong } from '../findings/damage-totals.ts';
import type { FilledTrack } from './fill.ts';
import { runEndSamples } from './placement.ts';

/** Gaps and damaged ranges named one by one; beyond that they are only counted. */
export const GAPS_LISTED = 1000;

/**
 * Sums up what was placed, filled and left out for one track.
 * @param findings what the scan found in this track's logs.
 * @param totals all damage in them, of which `findings` may name only a part.
 */
export function gapReport(
  track: FilledTrack,
  findings: readonly Finding[],
  totals: DamageTotals = damageAmong(findings),
): GapReport {
  const { placement, fillerUnitsBefore, errorSamples } = track;
  const { runs, report, packets } = placement;
  const gaps: Gap[] = [];
  let gapCount = 0;
  let gapSamples = 0;
  let silencePackets = silenceFrameCount(track.tailFillerUnits);
  let silenceUnits = track.tailFillerUnits;
  let largestErrorSamples = 0;
  let errorSum = 0;
  for (let run = 0; run < runs.count; run++) {
    const filler = fillerUnitsBefore[run] ?? 0;
    silencePackets += silenceFrameCount(filler);
    silenceUnits += filler;

    const error = Math.abs(errorSamples[run] ?? 0);
    const end = run + 1 < runs.count ? (runs.firstPacket[run + 1] ?? 0) : packets.count;
    errorSum += error * (end - (runs.firstPacket[run] ?? 0));
    if (error > largestErrorSamples) largestErrorSamples = error;

    if (run === 0 || filler === 0 || runs.driftStep[run] === 1) continue;
    const startSamples = runEndSamples(runs, run - 1);
    const durationSamples = (runs.startSamples[run] ?? 0) - startSamples;
    gapCount++;
    gapSamples += durationSamples;
    if (gaps.length < GAPS_LISTED) gaps.push({ startSamples, durationSamples });
  }
  const deviation = report.largestStampDeviationSamples;
  return {
    packets: packets.count,
    runs: runs.count === 0 ? 0 : gapCount + 1,
    gaps: { count: gapCount, samples: gapSamples, list: gaps },
    silencePackets,
    silenceSamples: silenceUnits * FRAME_UNIT_SAMPLES,
    largestErrorSamples,
    meanErrorSamples: packets.count === 0 ? 0 : errorSum / packets.count,
    largestStampDeviationMs: deviation === undefined ? null : deviation / SAMPLES_PER_MS,
    duplicates: report.duplicates,
    overlaps: { count: report.overlaps, samples: report.overlapSamples },
    dropped: report.dropped,
    reordered: report.reordered,
    unstamped: report.unstamped,
    outliers: report.outliers,
    driftSteps: report.driftSteps,
    fastestLeadSamples: report.fastestLeadSamples,
    damage: {
      ...totals,
      list: findings
        .filter(isDamage)
        .slice(0, GAPS_LISTED)
        .map(({ kind, file, startByte, endByte }) => ({ kind, file, startByte, endByte })),
    },
  };
}

/** Packets that `units` of silence are laid in: frames of 8 units, then one each of 4, 2 and 1 as needed. */
function silenceFrameCount(units: number): number {
  const rest = units & 7;
  return Math.floor(units / 8) + (rest >> 2) + ((rest >> 1) & 1) + (rest & 1);
}
