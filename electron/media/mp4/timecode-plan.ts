import { rescale, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { framesPerDay, wrapFrames } from '../../../shared/time/timecode.ts';
import { MAX_U32 } from '../bytes/writer.ts';
import type { TimecodeRate } from './boxes-timecode.ts';
import { RunList } from './run-list.ts';

/** Bytes of a timecode sample: one count of frames. */
const TIMECODE_SAMPLE_BYTES = 4;

/** Longest duration of a sample. ffmpeg takes the topmost 480000 values of the field for negative ones. */
export const MAX_SAMPLE_TICKS = MAX_U32 - 480_000;

export interface TimecodeSpec extends TimecodeRate {
  /** The label of the file's first sample as a count of frames. */
  readonly startFrame: number;
}

/** The samples of the timecode track, which lie together at the start of the media data. */
export interface TimecodePlan {
  /** What each sample says: the count of its first frame. */
  readonly startFrames: readonly number[];
  /** Runs of equal durations, in ticks of the rate's timescale. */
  readonly durations: RunList;
  readonly durationTicks: number;
  readonly payloadBytes: number;
}

/**
 * One sample that labels the first frame and lasts whole frames until all audio is covered. A sample's duration has
 * 32 bits, which are full after 20 to 50 hours; a longer file has a sample for each half day of labels.
 */
export function planTimecode(timecode: TimecodeSpec, durationSamples: number): TimecodePlan {
  const { timescale, frameDuration, startFrame } = timecode;
  const frames = rescale(durationSamples, timescale, SAMPLE_RATE * frameDuration, 'ceil');
  const fitsOne = frames * frameDuration <= MAX_SAMPLE_TICKS;
  const framesEach = fitsOne ? frames : framesPerDay(timecode) / 2;
  const startFrames: number[] = [];
  const durations = new RunList();
  for (let frame = 0; frame < frames; frame += framesEach) {
    // The caller's own count stands as it is; those that follow from it turn over at midnight.
    startFrames.push(frame === 0 ? startFrame : wrapFrames(startFrame + frame, timecode));
    durations.add(1, Math.min(framesEach, frames - frame) * frameDuration);
  }
  return {
    startFrames,
    durations,
    durationTicks: frames * frameDuration,
    payloadBytes: TIMECODE_SAMPLE_BYTES * startFrames.length,
  };
}
