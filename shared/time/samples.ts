/**
 * The one unit of time inside Tailslate: the sample, 1/48000 s, a safe integer.
 * Variables that hold it end in `Samples`; milliseconds and microseconds appear only at the edges.
 */
export const SAMPLE_RATE = 48_000;

/** Samples in one millisecond of session time. */
export const SAMPLES_PER_MS = 48;

/** Smallest Opus frame, 2.5 ms, in samples; every Opus packet lasts a whole number of these (RFC 6716 section 2.1.4). */
export const FRAME_UNIT_SAMPLES = 120;

/** How a conversion that does not come out even is rounded; every caller names it. */
export type Rounding = 'floor' | 'nearest' | 'ceil';

/**
 * Converts a count of one unit to another: `value * numerator / denominator`, rounded as named.
 * All arguments are integers; the product is computed exactly, also beyond 2^53.
 * @throws RangeError when an argument is not a safe integer, the denominator is not positive, or the result is not safe.
 */
export function rescale(value: number, numerator: number, denominator: number, rounding: Rounding): number {
  if (
    !Number.isSafeInteger(value) ||
    !Number.isSafeInteger(numerator) ||
    !Number.isSafeInteger(denominator)
  ) {
    throw new RangeError(`rescale takes safe integers, got ${value} * ${numerator} / ${denominator}`);
  }
  if (denominator <= 0) throw new RangeError(`rescale takes a positive denominator, got ${denominator}`);
  const product = value * numerator;
  if (Number.isSafeInteger(product)) {
    // Toward zero first: a negative product less a positive remainder may leave the safe range.
    const signed = product % denominator;
    const truncated = (product - signed) / denominator;
    if (signed >= 0) return truncated + roundUp(signed, denominator, rounding);
    return truncated - 1 + roundUp(signed + denominator, denominator, rounding);
  }
  const wide = BigInt(value) * BigInt(numerator);
  const divisor = BigInt(denominator);
  const remainder = ((wide % divisor) + divisor) % divisor;
  const result = Number((wide - remainder) / divisor) + roundUp(Number(remainder), denominator, rounding);
  if (!Number.isSafeInteger(result)) throw new RangeError(`rescale result ${result} is not a safe integer`);
  return result;
}

/** 1 when a value with this remainder rounds up, else 0; halves round up. */
function roundUp(remainder: number, denominator: number, rounding: Rounding): 0 | 1 {
  if (remainder === 0 || rounding === 'floor') return 0;
  return rounding === 'ceil' || remainder * 2 >= denominator ? 1 : 0;
}
