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

/** What was done with several players' packets in one file; for one player it is that player's own report. */
export function sumOfReports(reports: readonly GapReport[]): GapReport {
  const [first, ...others] = reports;
  if (first === undefined) throw new RangeError('expected at least one report');
  return others.reduce(joined, first);
}

function joined(a: GapReport, b: GapReport): GapReport {
  const packets = a.packets + b.packets;
  const errorSum = a.meanErrorSamples * a.packets + b.meanErrorSamples * b.packets;
  const deviations = [a.largestStampDeviationMs, b.largestStampDeviationMs].filter((ms) => ms !== null);
  return {
    packets,
    runs: a.runs + b.runs,
    gaps: {
      count: a.gaps.count + b.gaps.count,
      samples: a.gaps.samples + b.gaps.samples,
      list: [...a.gaps.list, ...b.gaps.list].slice(0, GAPS_LISTED),
    },
    silencePackets: a.silencePackets + b.silencePackets,
    silenceSamples: a.silenceSamples + b.silenceSamples,
    largestErrorSamples: Math.max(a.largestErrorSamples, b.largestErrorSamples),
    meanErrorSamples: packets === 0 ? 0 : errorSum / packets,
    largestStampDeviationMs: deviations.length === 0 ? null : Math.max(...deviations),
    duplicates: a.duplicates + b.duplicates,
    overlaps: {
      count: a.overlaps.count + b.overlaps.count,
      samples: a.overlaps.samples + b.overlaps.samples,
    },
    dropped: [...a.dropped, ...b.dropped],
    reordered: a.reordered + b.reordered,
    unstamped: a.unstamped + b.unstamped,
    outliers: a.outliers + b.outliers,
    driftSteps: a.driftSteps + b.driftSteps,
    fastestLeadSamples: Math.max(a.fastestLeadSamples, b.fastestLeadSamples),
    damage: joinedDamage(a.damage, b.damage),
  };
}

/** What is damaged of a log as a whole stands in the report of every player, and is one place all the same. */
function joinedDamage(a: GapReport['damage'], b: GapReport['damage']): GapReport['damage'] {
  const known = new Set(a.list.map(placeOf));
  const both = b.list.filter((damage) => known.has(placeOf(damage)));
  const bothBytes = both.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);
  return {
    count: a.count + b.count - both.length,
    bytes: a.bytes + b.bytes - bothBytes,
    list: [...a.list, ...b.list.filter((damage) => !known.has(placeOf(damage)))].slice(0, GAPS_LISTED),
  };
}

function placeOf({ kind, file, startByte, endByte }: GapReport['damage']['list'][number]): string {
  return `${kind} ${startByte} ${endByte} ${file}`;
}

/** Packets that `units` of silence are laid in: frames of 8 units, then one each of 4, 2 and 1 as needed. */
function silenceFrameCount(units: number): number {
  const rest = units & 7;
  return Math.floor(units / 8) + (rest >> 2) + ((rest >> 1) & 1) + (rest & 1);
}
