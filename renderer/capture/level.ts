import type { FrameLevel } from '../../shared/ipc/packet-frame.ts';

/** From here on a sample counts as clipped: the largest value that 16 bits have. */
const FULL_SCALE = 32_767 / 32_768;
/** A single sample at full scale may be music; so many in a row are a cut-off peak. */
const CLIPPED_RUN = 2;
const LEAST_DB = -200;

/** How loud one channel was for a while, linear. */
export interface Loudness {
  readonly peak: number;
  readonly sumOfSquares: number;
  readonly samples: number;
  readonly clipped: boolean;
}

export const SILENT: Loudness = { peak: 0, sumOfSquares: 0, samples: 0, clipped: false };

/** Measures one channel. */
export function measure(pcm: Float32Array): Loudness {
  let peak = 0;
  let sumOfSquares = 0;
  let run = 0;
  let clipped = false;
  for (const sample of pcm) {
    const size = Math.abs(sample);
    if (size > peak) peak = size;
    sumOfSquares += sample * sample;
    run = size >= FULL_SCALE ? run + 1 : 0;
    if (run >= CLIPPED_RUN) clipped = true;
  }
  return { peak, sumOfSquares, samples: pcm.length, clipped };
}

/** Both stretches, or both channels, as one. */
export function together(a: Loudness, b: Loudness): Loudness {
  return {
    peak: Math.max(a.peak, b.peak),
    sumOfSquares: a.sumOfSquares + b.sumOfSquares,
    samples: a.samples + b.samples,
    clipped: a.clipped || b.clipped,
  };
}

/** As a packet frame carries it. */
export function frameLevel(loudness: Loudness): FrameLevel {
  return { peakDb: decibels(loudness.peak), rmsDb: rmsDb(loudness), clipped: loudness.clipped };
}

/** dBFS of a mean over all samples; null without any. A full-scale square wave has 0. */
export function rmsDb({ sumOfSquares, samples }: Loudness): number | null {
  return samples === 0 ? null : decibels(Math.sqrt(sumOfSquares / samples));
}

/** dBFS of a linear value; silence is -200. */
export function decibels(value: number): number {
  return value <= 0 ? LEAST_DB : Math.max(LEAST_DB, 20 * Math.log10(value));
}
