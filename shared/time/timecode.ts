import { AppError } from '../model/errors.ts';
import { rescale, SAMPLE_RATE, type Rounding } from './samples.ts';

/** Every frame rate Tailslate counts in; `df` counts drop frame, `ndf` does not. */
export type TimecodeRateId =
  '23.976' | '24' | '25' | '29.97df' | '29.97ndf' | '30' | '48' | '50' | '59.94df' | '59.94ndf' | '60';

/** How timecode counts at one rate (SMPTE ST 12-1): `timescale / frameDuration` frames a second. */
export interface TimecodeRate {
  readonly id: TimecodeRateId;
  /** Labels in a second: 30 for 29.97. */
  readonly nominalFrames: number;
  /** Whether labels are skipped so that they keep to the clock. */
  readonly dropFrame: boolean;
  readonly timescale: number;
  readonly frameDuration: number;
  /** The fewest frames that last a whole number of samples: 1, or 5 where one frame lasts 1601.6 or 800.8. */
  readonly wholeFrames: 1 | 5;
}

/** A rate as a fraction that cannot be reduced: 30000/1001, 25/1. */
export function reducedRate({
  timescale,
  frameDuration,
}: Pick<TimecodeRate, 'timescale' | 'frameDuration'>): readonly [numerator: number, denominator: number] {
  const divisor = commonDivisor(timescale, frameDuration) || 1;
  return [timescale / divisor, frameDuration / divisor];
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** What decides which labels a day has. */
type LabelCount = Pick<TimecodeRate, 'nominalFrames' | 'dropFrame'>;

/** A time of day counted in frames. Not every combination exists in drop frame: see `isSkipped`. */
export interface TimecodeLabel {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly frames: number;
}

/** All rates, slowest first. */
export const TIMECODE_RATES: readonly TimecodeRate[] = [
  wholeRate('23.976', 24, 24_000, 1001),
  wholeRate('24', 24, 48_000, 2000),
  wholeRate('25', 25, 48_000, 1920),
  fifthsRate('29.97df', 30, true),
  fifthsRate('29.97ndf', 30, false),
  wholeRate('30', 30, 48_000, 1600),
  wholeRate('48', 48, 48_000, 1000),
  wholeRate('50', 50, 48_000, 960),
  fifthsRate('59.94df', 60, true),
  fifthsRate('59.94ndf', 60, false),
  wholeRate('60', 60, 48_000, 800),
];

/** Other ways people write a rate. */
const SPELLINGS: ReadonlyMap<string, TimecodeRateId> = new Map([
  ['23.98', '23.976'],
  ['24000/1001', '23.976'],
  // Without a suffix: drop frame, since a start label is a time of day and only drop frame keeps to the clock.
  // Non-drop labels fall behind it by 3.6 s an hour.
  ['29.97', '29.97df'],
  ['30000/1001', '29.97df'],
  ['59.94', '59.94df'],
  ['60000/1001', '59.94df'],
]);

/** Hours, minutes, seconds and frames; editors write `;` or `.` for drop frame, before the frames or throughout. */
const LABEL = /^(\d{1,2})[:;.](\d{1,2})[:;.](\d{1,2})[:;.](\d{1,2})$/;

/**
 * The rate a person means by `25`, `29.97df`, `29.97 NDF`, `23.98`, `25 fps`. 29.97 and 59.94 alone mean drop frame.
 * @throws AppError('usage') for anything else, with the list of rates.
 */
export function timecodeRate(text: string): TimecodeRate {
  const compact = text
    .trim()
    .toLowerCase()
    .replace(/\s*fps$/, '')
    .replace(/\s+(?=n?df$)/, '');
  const id = SPELLINGS.get(compact) ?? compact;
  const rate = TIMECODE_RATES.find((known) => known.id === id);
  if (rate !== undefined) return rate;
  throw new AppError('usage', `There is no timecode rate "${text}".`, {
    next: `Use ${TIMECODE_RATES.map((known) => known.id).join(', ')}.`,
  });
}

/**
 * Reads `HH:MM:SS:FF`; `;` and `.` separate as well as `:`, and the rate alone decides about drop frame.
 * @throws AppError('usage') when it is no label, a field is too large, or the label does not exist in drop frame.
 */
export function parseLabel(text: string, rate: TimecodeRate): TimecodeLabel {
  const match = LABEL.exec(text.trim());
  const [hours, minutes, seconds, frames] = (match ?? []).slice(1).map(Number);
  if (hours === undefined || minutes === undefined || seconds === undefined || frames === undefined) {
    throw new AppError('usage', `"${text}" is not a timecode.`, {
      next: `Write hours, minutes, seconds and frames, like ${formatLabel(framesToLabel(rate.nominalFrames * 36_000, rate), rate)}.`,
    });
  }
  const label = { hours, minutes, seconds, frames };
  if (!isInRange(label, rate)) {
    throw new AppError('usage', `"${text}" is not a timecode at ${rate.id} frames a second.`, {
      next: `The last one of a day is ${formatLabel(framesToLabel(framesPerDay(rate) - 1, rate), rate)}.`,
    });
  }
  if (isSkipped(label, rate)) {
    throw new AppError('usage', `Drop-frame timecode skips "${text}".`, {
      next: `The next one is ${formatLabel(nextExisting(label, rate), rate)}.`,
    });
  }
  return label;
}

/** `HH:MM:SS:FF`, in drop frame `HH:MM:SS;FF`. */
export function formatLabel(label: TimecodeLabel, rate: TimecodeRate): string {
  const clock = `${two(label.hours)}:${two(label.minutes)}:${two(label.seconds)}`;
  return `${clock}${rate.dropFrame ? ';' : ':'}${two(label.frames)}`;
}

/**
 * Frames from midnight to the label: 01:00:00;00 at 29.97 drop frame is frame 107892.
 * @throws RangeError when there is no such label at this rate.
 */
export function labelToFrames(label: TimecodeLabel, rate: TimecodeRate): number {
  if (!isInRange(label, rate) || isSkipped(label, rate)) {
    throw new RangeError(`expected a label that exists at ${rate.id}, got ${formatLabel(label, rate)}`);
  }
  const minutes = label.hours * 60 + label.minutes;
  const counted = (minutes * 60 + label.seconds) * rate.nominalFrames + label.frames;
  return counted - skippedAMinute(rate) * (minutes - Math.floor(minutes / 10));
}

/**
 * The label of the frame that begins `frames` after midnight.
 * @throws RangeError when it is not a whole number of frames within a day.
 */
export function framesToLabel(frames: number, rate: TimecodeRate): TimecodeLabel {
  if (!Number.isInteger(frames) || frames < 0 || frames >= framesPerDay(rate)) {
    throw new RangeError(`expected a frame of 0 to ${framesPerDay(rate) - 1} at ${rate.id}, got ${frames}`);
  }
  const { nominalFrames } = rate;
  const skipped = skippedAMinute(rate);
  const wholeMinute = nominalFrames * 60;
  const tenMinutes = wholeMinute * 10 - 9 * skipped;
  const tens = Math.floor(frames / tenMinutes);
  const rest = frames % tenMinutes;
  // The first of ten minutes has all its labels; the nine after it lack the first few each.
  const shortMinutes =
    rest < wholeMinute ? 0 : Math.floor((rest - wholeMinute) / (wholeMinute - skipped)) + 1;
  const counted = frames + skipped * (9 * tens + shortMinutes);
  const seconds = Math.floor(counted / nominalFrames);
  return {
    hours: Math.floor(seconds / 3600),
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
    frames: counted % nominalFrames,
  };
}

/** Labels in 24 hours, after which timecode starts again at 00:00:00:00. */
export function framesPerDay(rate: LabelCount): number {
  return rate.nominalFrames * 86_400 - skippedAMinute(rate) * 24 * 54;
}

/** The frame on the clock face, whatever number came out: midnight follows the day's last frame. */
export function wrapFrames(frames: number, rate: LabelCount): number {
  const perDay = framesPerDay(rate);
  return ((frames % perDay) + perDay) % perDay;
}

/** How long a number of frames lasts, in samples; exact where it is a multiple of `wholeFrames`. */
export function framesToSamples(frames: number, rate: TimecodeRate, rounding: Rounding): number {
  return rescale(frames, SAMPLE_RATE * rate.frameDuration, rate.timescale, rounding);
}

/**
 * Whether drop frame leaves this label out: the first two of each minute (four at 59.94), but for every tenth
 * minute (SMPTE ST 12-1).
 */
export function isSkipped(label: TimecodeLabel, rate: TimecodeRate): boolean {
  return label.seconds === 0 && label.minutes % 10 !== 0 && label.frames < skippedAMinute(rate);
}

/** The label itself, or the one that follows where drop frame leaves it out. */
export function nextExisting(label: TimecodeLabel, rate: TimecodeRate): TimecodeLabel {
  return isSkipped(label, rate) ? { ...label, frames: skippedAMinute(rate) } : label;
}

/** Labels left out at the start of a minute: 2 at 29.97, 4 at 59.94, none without drop frame. */
function skippedAMinute(rate: LabelCount): number {
  return rate.dropFrame ? rate.nominalFrames / 15 : 0;
}

function isInRange({ hours, minutes, seconds, frames }: TimecodeLabel, rate: TimecodeRate): boolean {
  const below = (value: number, limit: number): boolean =>
    Number.isInteger(value) && value >= 0 && value < limit;
  return below(hours, 24) && below(minutes, 60) && below(seconds, 60) && below(frames, rate.nominalFrames);
}

function wholeRate(
  id: TimecodeRateId,
  nominalFrames: number,
  timescale: number,
  frameDuration: number,
): TimecodeRate {
  return { id, nominalFrames, dropFrame: false, timescale, frameDuration, wholeFrames: 1 };
}

/** 29.97 and 59.94: a frame lasts 1001 ticks, which is a whole number of samples only five frames at a time. */
function fifthsRate(id: TimecodeRateId, nominalFrames: 30 | 60, dropFrame: boolean): TimecodeRate {
  return {
    id,
    nominalFrames,
    dropFrame,
    timescale: nominalFrames * 1000,
    frameDuration: 1001,
    wholeFrames: 5,
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
