import { rescale, SAMPLE_RATE } from '../../../shared/time/samples.ts';

/** Digits that tell every sample from the next: one lasts 20.8 microseconds. */
const DECIMALS = 6;
const PER_SECOND = 10 ** DECIMALS;

/** Samples as seconds with six decimals and a point, in integer arithmetic: exact to the nearest microsecond. */
export function decimalSeconds(samples: number): string {
  const micros = rescale(Math.abs(samples), PER_SECOND, SAMPLE_RATE, 'nearest');
  const whole = Math.floor(micros / PER_SECOND);
  const fraction = String(micros % PER_SECOND).padStart(DECIMALS, '0');
  return `${samples < 0 ? '-' : ''}${whole}.${fraction}`;
}
