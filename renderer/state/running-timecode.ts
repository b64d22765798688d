import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import {
  formatLabel,
  framesToLabel,
  labelToFrames,
  nextExisting,
  type TimecodeRate,
  timecodeRate,
  wrapFrames,
} from '../../shared/time/timecode.ts';

/** Timecode that runs: the zone's time of day at T0, and frames counted from there. */
export class RunningTimecode {
  readonly #rate: TimecodeRate;
  readonly #frameAtT0: number;
  readonly #leadSamples: number;

  /** @param zone IANA name, `utc`, or null for this machine's. */
  constructor(t0UnixMicros: number, zone: string | null, rateId: string) {
    this.#rate = timecodeRate(rateId);
    const { nominalFrames } = this.#rate;
    const [hours = 0, minutes = 0, seconds = 0] = clock(t0UnixMicros, zone);
    const fraction = (t0UnixMicros % 1e6) / 1e6;
    const frames = Math.floor(fraction * nominalFrames);
    this.#frameAtT0 = labelToFrames(
      nextExisting({ hours, minutes, seconds, frames }, this.#rate),
      this.#rate,
    );
    this.#leadSamples = (fraction - frames / nominalFrames) * SAMPLE_RATE;
  }

  /** Label of the frame that is on at this session time. */
  at(positionSamples: number): string {
    const { timescale, frameDuration } = this.#rate;
    const counted = ((positionSamples + this.#leadSamples) * timescale) / (SAMPLE_RATE * frameDuration);
    return formatLabel(
      framesToLabel(wrapFrames(this.#frameAtT0 + Math.floor(counted), this.#rate), this.#rate),
      this.#rate,
    );
  }
}

function clock(unixMicros: number, zone: string | null): number[] {
  const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const timeZone = zone === null || zone === 'local' ? undefined : zone;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', timeZone === undefined ? options : { ...options, timeZone });
  } catch {
    // A zone this machine's tables do not know.
    format = new Intl.DateTimeFormat('en-GB', options);
  }
  return format
    .format(unixMicros / 1000)
    .split(':')
    .map(Number);
}
