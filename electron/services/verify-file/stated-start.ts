import { AppError } from '../../../shared/model/errors.ts';
import type { VerifiedTimecode } from '../../../shared/model/verify-report.ts';
import {
  framesToSamples,
  labelToFrames,
  parseLabel,
  reducedRate,
  timecodeRate,
} from '../../../shared/time/timecode.ts';

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
    const [rateNumerator, rateDenominator] = reducedRate(rate);
    const startFrame = labelToFrames(parseLabel(label, rate), rate);
    return {
      timecode: {
        label,
        rateNumerator,
        rateDenominator,
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
