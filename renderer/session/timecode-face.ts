import { rescale, SAMPLE_RATE } from '../../shared/time/samples.ts';
import {
  formatLabel,
  framesPerDay,
  framesToLabel,
  framesToSamples,
  labelToFrames,
  nextExisting,
  parseLabel,
  timecodeRate,
  type TimecodeRate,
  wrapFrames,
} from '../../shared/time/timecode.ts';

/** How a session's timecode is set, as the contract gives it. */
export interface TimecodeSetting {
  readonly rate: string;
  /** Label of the first frame. */
  readonly startLabel: string;
  /** Samples by which that frame begins before T0. */
  readonly leadSamples: number;
}

/** Reads session time as timecode, the same labels that an export of the session carries. */
export class TimecodeFace {
  readonly rate: TimecodeRate;
  readonly #startFrames: number;
  readonly #leadSamples: number;

  constructor({ rate, startLabel, leadSamples }: TimecodeSetting) {
    this.rate = timecodeRate(rate);
    this.#startFrames = labelToFrames(parseLabel(startLabel, this.rate), this.rate);
    this.#leadSamples = leadSamples;
  }

  /** Number of the frame that this moment lies in; the session's first is 0. */
  frameAt(samples: number): number {
    const ticks = Math.floor(samples) + this.#leadSamples;
    const frame = rescale(ticks, this.rate.timescale, SAMPLE_RATE * this.rate.frameDuration, 'floor');
    // Where frames begin between samples, the beginning counts as the nearest sample.
    return this.samplesOf(frame + 1) <= samples ? frame + 1 : frame;
  }

  /** Where a frame begins, samples from T0. */
  samplesOf(frame: number): number {
    return framesToSamples(frame, this.rate, 'nearest') - this.#leadSamples;
  }

  /** `10:19:23:11` for a moment of the session. */
  label(samples: number): string {
    return this.labelOf(this.frameAt(samples));
  }

  labelOf(frame: number): string {
    return formatLabel(framesToLabel(wrapFrames(this.#startFrames + frame, this.rate), this.rate), this.rate);
  }

  /** Seconds the labels count at this frame, over midnights: the label's time of day and 86400 for each day before. */
  labelSeconds(frame: number): number {
    const frames = this.#startFrames + frame;
    const day = Math.floor(frames / framesPerDay(this.rate));
    const { hours, minutes, seconds } = framesToLabel(wrapFrames(frames, this.rate), this.rate);
    return day * 86_400 + hours * 3600 + minutes * 60 + seconds;
  }

  /** The first frame whose label counts these seconds; in drop frame that may be `;02` or `;04`. */
  frameOfSeconds(labelSeconds: number): number {
    const day = Math.floor(labelSeconds / 86_400);
    const seconds = labelSeconds - day * 86_400;
    const label = {
      hours: Math.floor(seconds / 3600),
      minutes: Math.floor(seconds / 60) % 60,
      seconds: seconds % 60,
      frames: 0,
    };
    const frames = labelToFrames(nextExisting(label, this.rate), this.rate);
    return day * framesPerDay(this.rate) + frames - this.#startFrames;
  }

  /** Frames that the label of this frame counts within its second. */
  framesField(frame: number): number {
    return framesToLabel(wrapFrames(this.#startFrames + frame, this.rate), this.rate).frames;
  }

  /** The beginning of the frame that lies a number of frames from the one at this moment. */
  stepped(samples: number, frames: number): number {
    return this.samplesOf(this.frameAt(samples) + frames);
  }
}
