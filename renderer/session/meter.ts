import { SAMPLE_RATE } from '../../shared/time/samples.ts';

/** What a meter shows of one lane, as parts of full scale. */
export interface MeterLevel {
  readonly level: number;
  /** The highest of late. */
  readonly held: number;
  /** Seconds for which it is held on. */
  readonly holdSeconds: number;
}

const HOLD_SECONDS = 1.5;
/** 20 dB in 1.7 s (IEC 60268-10 type I). */
const FALL_DB_A_SECOND = 20 / 1.7;
const SILENT: MeterLevel = { level: 0, held: 0, holdSeconds: 0 };
/** Blocks whose peaks a meter looks at. */
const PEAK_BLOCK_SAMPLES = 480;

/** Attack at once, release by the clock; the highest is held for a while, then falls alike. */
export function fallen(before: MeterLevel | undefined, peak: number, seconds: number): MeterLevel {
  const { level, held, holdSeconds } = before ?? SILENT;
  const fall = 10 ** ((-FALL_DB_A_SECOND * seconds) / 20);
  const now = Math.max(peak, level * fall);
  if (peak >= held) return { level: now, held: peak, holdSeconds: HOLD_SECONDS };
  const left = holdSeconds - seconds;
  return { level: now, held: left > 0 ? held : Math.max(now, held * fall), holdSeconds: Math.max(0, left) };
}

/** Height on the scale of a meter: -60 to -40 dBFS takes 15 %, -40 to -20 35 %, -20 to 0 the upper half. */
export function meterPart(level: number): number {
  const db = 20 * Math.log10(Math.max(level, 1e-6));
  if (db <= -60) return 0;
  if (db <= -40) return ((db + 60) / 20) * 0.15;
  if (db <= -20) return 0.15 + ((db + 40) / 20) * 0.35;
  return Math.min(1, 0.5 + ((db + 20) / 20) * 0.5);
}

export function meterZone(level: number): 'normal' | 'loud' | 'clipping' {
  const db = 20 * Math.log10(Math.max(level, 1e-6));
  if (db < -6) return 'normal';
  return db < -1 ? 'loud' : 'clipping';
}

/** The highest sample of each 10 ms of some audio. */
export function peaksOf(planes: readonly Float32Array[]): Float32Array {
  const length = planes[0]?.length ?? 0;
  const peaks = new Float32Array(Math.ceil(length / PEAK_BLOCK_SAMPLES));
  for (const plane of planes) {
    for (let at = 0; at < length; at += 1) {
      const block = Math.floor(at / PEAK_BLOCK_SAMPLES);
      const value = Math.abs(plane[at] ?? 0);
      if (value > (peaks[block] ?? 0)) peaks[block] = value;
    }
  }
  return peaks;
}

/** The highest of some peaks over the 30 ms before a moment. @param samples from the first peak's beginning */
export function peakAround(peaks: Float32Array, samples: number): number {
  const end = Math.floor(samples / PEAK_BLOCK_SAMPLES);
  const first = Math.max(0, end - Math.floor((0.03 * SAMPLE_RATE) / PEAK_BLOCK_SAMPLES) + 1);
  let highest = 0;
  for (let block = first; block <= end; block += 1) highest = Math.max(highest, peaks[block] ?? 0);
  return highest;
}

/** Meters of several lanes, by player. */
export type MeterLevels = ReadonlyMap<string, MeterLevel>;

export const NO_LEVELS: MeterLevels = new Map();

/** All meters some time later. @param peaks what is heard of each player now */
export function levelsAfter(
  before: MeterLevels,
  playerIds: readonly string[],
  peaks: ReadonlyMap<string, number>,
  seconds: number,
): MeterLevels {
  return new Map(playerIds.map((id) => [id, fallen(before.get(id), peaks.get(id) ?? 0, seconds)]));
}
