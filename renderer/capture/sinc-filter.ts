import { SAMPLE_RATE } from '../../shared/time/samples.ts';

/** Between two of these phases coefficients are interpolated, which is exact to -110 dB. */
const PHASES = 512;
/** What is outside the band is weaker by so much. */
const STOP_DB = 100;
/** The band that passes unchanged ends here, or at this part of the narrower side's half rate. */
const PASS_HERTZ = 20_000;
const PASS_PART = 0.907;

/**
 * A low-pass for moving between sample rates: a sinc in a Kaiser window, at `phases` places between two samples (J. O.
 * Smith, "Digital Audio Resampling"; window length and shape by Kaiser's formulas, Oppenheim and Schafer section 7.5).
 */
export interface SincFilter {
  /** Of one phase, even. */
  readonly taps: number;
  readonly phases: number;
  /** `phases + 1` times `taps`, so that each phase has a next one. */
  readonly coefficients: Float32Array;
}

/** The filter from a device's rate, in hertz, to 48 kHz. */
export function sincFilter(rate: number): SincFilter {
  const halfRate = Math.min(rate, SAMPLE_RATE) / 2;
  const pass = Math.min(PASS_HERTZ, PASS_PART * halfRate);
  // What folds back may do so where nothing passes.
  const transition = (2 * (halfRate - pass)) / rate;
  const taps = 2 * Math.ceil(((STOP_DB - 8) / (2.285 * 2 * Math.PI * transition) + 1) / 2);
  const beta = 0.1102 * (STOP_DB - 8.7);
  const cutoff = halfRate / rate;
  const coefficients = new Float32Array((PHASES + 1) * taps);
  for (let phase = 0; phase <= PHASES; phase++) {
    const own = Float64Array.from({ length: taps }, (_, tap) => {
      const at = tap - (taps / 2 - 1) - phase / PHASES;
      return sinc(2 * cutoff * at) * kaiser(at / (taps / 2), beta);
    });
    const sum = own.reduce((total, value) => total + value, 0);
    for (const [tap, value] of own.entries()) coefficients[phase * taps + tap] = value / sum;
  }
  return { taps, phases: PHASES, coefficients };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** @param x from -1 to 1. */
function kaiser(x: number, beta: number): number {
  return Math.abs(x) > 1 ? 0 : bessel(beta * Math.sqrt(1 - x * x)) / bessel(beta);
}

/** The modified Bessel function of the first kind and order 0. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
