import { DateTime } from 'luxon';
import { AppError } from '../model/errors.ts';
import { rescale, SAMPLE_RATE } from './samples.ts';
import {
  formatLabel,
  framesToLabel,
  labelToFrames,
  nextExisting,
  wrapFrames,
  type TimecodeLabel,
  type TimecodeRate,
} from './timecode.ts';

const MICROS_PER_SECOND = 1_000_000;

/** What decides the timecode an export starts at. */
export interface StartTimecodeSpec {
  /** Wall clock at T0, microseconds since 1970 UTC. */
  readonly t0UnixMicros: number;
  /** Where the clock hangs: an IANA name such as `Europe/Oslo`, `utc`, or `local` for this machine's zone. */
  readonly zone: string;
  readonly rate: TimecodeRate;
  /** Frames added to the label, to match a camera whose clock is off; negative where it is behind. */
  readonly offsetFrames: number;
  /** The label at T0, in place of the time of day. */
  readonly fixedStart?: TimecodeLabel;
}

/** Where all files of an export begin: every format carries this one instant. */
export interface StartTimecode {
  /** Frames since midnight at the first sample; a multiple of the rate's `wholeFrames`. */
  readonly frameCount: number;
  /** How many samples before T0 the first sample lies; 0 or more, at most one frame and those moved down. */
  readonly leadSamples: number;
  /** The frame's label. */
  readonly label: string;
}

/**
 * The last timecode frame at or before T0 that begins on a whole sample, so that no project format has to round it.
 * The label is the zone's wall clock at T0 with frame = floor(fraction * nominal frames), then the offset; it wraps
 * at midnight and is then moved down to a multiple of `wholeFrames`.
 *
 * Where the clock shows a label that drop frame skips, T0 itself takes the next one: the instant stays where it is
 * and only its name is up to 2 frames (4 at 59.94) ahead of the clock. The lead is rounded once, to the nearest
 * sample.
 * @throws AppError('usage') for a zone nobody knows; RangeError for times or offsets that are not safe integers.
 */
export function startTimecode(spec: StartTimecodeSpec): StartTimecode {
  const { rate, offsetFrames } = spec;
  if (!Number.isSafeInteger(offsetFrames)) {
    throw new RangeError(`expected a whole number of frames as offset, got ${offsetFrames}`);
  }
  const { label, sinceMicroFrames } =
    spec.fixedStart === undefined
      ? clockLabel(spec.t0UnixMicros, spec.zone, rate)
      : { label: spec.fixedStart, sinceMicroFrames: 0 };
  const atT0 = wrapFrames(labelToFrames(label, rate) + offsetFrames, rate);
  const movedFrames = atT0 % rate.wholeFrames;
  const frameCount = atT0 - movedFrames;
  return {
    frameCount,
    leadSamples: leadSamples(sinceMicroFrames, movedFrames, rate),
    label: formatLabel(framesToLabel(frameCount, rate), rate),
  };
}

/**
 * The label on the zone's clock and how long ago the clock reached it, in millionths of a nominal frame: the one
 * unit in which clock fraction and frame are both whole numbers.
 */
function clockLabel(
  t0UnixMicros: number,
  zone: string,
  rate: TimecodeRate,
): { readonly label: TimecodeLabel; readonly sinceMicroFrames: number } {
  if (!Number.isSafeInteger(t0UnixMicros)) {
    throw new RangeError(`expected T0 in whole microseconds, got ${t0UnixMicros}`);
  }
  const unixSeconds = Math.floor(t0UnixMicros / MICROS_PER_SECOND);
  // Only numbers are read, but without a locale the system is asked for its own, which takes 10 ms.
  const clock = DateTime.fromSeconds(unixSeconds, { zone, locale: 'en-US' });
  if (!clock.isValid) {
    throw new AppError('usage', `There is no time zone "${zone}".`, {
      next: 'Use utc, local, or a name such as Europe/Oslo or America/New_York.',
    });
  }
  const microFrames = (t0UnixMicros - unixSeconds * MICROS_PER_SECOND) * rate.nominalFrames;
  const frames = Math.floor(microFrames / MICROS_PER_SECOND);
  const shown = { hours: clock.hour, minutes: clock.minute, seconds: clock.second, frames };
  const label = nextExisting(shown, rate);
  // A skipped label is still to come by the clock: its frame begins at T0.
  const sinceMicroFrames = label === shown ? microFrames - frames * MICROS_PER_SECOND : 0;
  return { label, sinceMicroFrames };
}

/**
 * Time since the label was reached (the clock counts nominal frames) and the frames moved down (which last as long
 * as real ones) as one fraction of a sample, rounded to the nearest.
 */
function leadSamples(sinceMicroFrames: number, movedFrames: number, rate: TimecodeRate): number {
  const { nominalFrames, timescale, frameDuration } = rate;
  const sinceTicks = sinceMicroFrames * timescale;
  const movedTicks = movedFrames * frameDuration * nominalFrames * MICROS_PER_SECOND;
  return rescale(
    sinceTicks + movedTicks,
    SAMPLE_RATE,
    nominalFrames * MICROS_PER_SECOND * timescale,
    'nearest',
  );
}
