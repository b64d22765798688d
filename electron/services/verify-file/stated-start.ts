import { AppError } from '../../../shared/model/errors.ts';
import type { VerifiedTimecode } from '../../../shared/model/verify-report.ts';
import { framesToSamples, labelToFrames, parseLabel, timecodeRate } from '../../../shared/time/timecode.ts';

/** The start that a file states by label and rate. */
export interface StatedStart {
  readonly timecode: VerifiedTimecode;
  /** Since midnight. */
  readonly startSamples: number;
}

/** Undefined where the texts are missing or no timecode. */
export function statedStart(
  label: string | undefined,
  rateText: string | undefined,
): StatedStart | undefined {
  if (label === undefined || rateText === undefined) return undefined;
  try {
    const rate = timecodeRate(rateText);
    const startFrame = labelToFrames(parseLabel(label, rate), rate);
    return {
      timecode: {
        label,
        rateNumerator: rate.timescale / divisor(rate.timescale, rate.frameDuration),
        rateDenominator: rate.frameDuration / divisor(rate.timescale, rate.frameDuration),
        dropFrame: rate.dropFrame,
        startFrame,
      },
      startSamples: framesToSamples(startFrame, rate, 'nearest'),
    };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
