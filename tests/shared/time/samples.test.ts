import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rescale, type Rounding } from '../../../shared/time/samples.ts';

describe('rescale', () => {
  test.each<[number, number, number, Rounding, number]>([
    [7, 1, 2, 'floor', 3],
    [7, 1, 2, 'nearest', 4],
    [7, 1, 2, 'ceil', 4],
    [-7, 1, 2, 'floor', -4],
    [-7, 1, 2, 'nearest', -3],
    [-7, 1, 2, 'ceil', -3],
    [5, 1, 3, 'nearest', 2],
    [4, 1, 3, 'nearest', 1],
    [6, 1, 3, 'ceil', 2],
    [0, 48_000, 1000, 'floor', 0],
    // Milliseconds since 1970 as samples: the product is beyond 2^53 / 1000.
    [1_773_532_752_345, 48_000, 1000, 'floor', 85_129_572_112_560],
    // The product is beyond 2^53 itself.
    [9_007_199_254_740_991, 48_000, 96_000, 'floor', 4_503_599_627_370_495],
    [9_007_199_254_740_991, 48_000, 96_000, 'nearest', 4_503_599_627_370_496],
    [-9_007_199_254_740_991, 48_000, 96_000, 'floor', -4_503_599_627_370_496],
    // The product is safe, the product less the remainder is not.
    [-9_007_199_254_740_991, 1, 298_027, 'floor', -30_222_762_551],
    [0, 1, 3, 'ceil', 0],
  ])('%i * %i / %i to the %s is %i', (value, numerator, denominator, rounding, expected) => {
    expect(rescale(value, numerator, denominator, rounding)).toBe(expected);
  });

  test('is exact', () => {
    const whole = fc.maxSafeInteger();
    const factor = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(whole, factor, factor, (value, numerator, denominator) => {
        fc.pre(numerator <= denominator);
        const product = BigInt(value) * BigInt(numerator);
        const floor = BigInt(rescale(value, numerator, denominator, 'floor'));
        const ceil = BigInt(rescale(value, numerator, denominator, 'ceil'));
        const nearest = BigInt(rescale(value, numerator, denominator, 'nearest'));
        const wide = BigInt(denominator);
        expect(floor * wide <= product && product < (floor + 1n) * wide).toBe(true);
        expect(ceil * wide >= product && product > (ceil - 1n) * wide).toBe(true);
        // Halves round up.
        expect(2n * nearest * wide - 2n * product).toBeLessThanOrEqual(wide);
        expect(2n * product - 2n * nearest * wide).toBeLessThan(wide);
      }),
      { seed: 14, numRuns: 1000 },
    );
  });

  test.each([
    [0.5, 1, 1],
    [1, Number.NaN, 1],
    [1, 1, 0],
    [1, 1, -1],
    [2 ** 53, 1, 1],
    [Number.MAX_SAFE_INTEGER, 2, 1],
  ])('refuses %d * %d / %d', (value, numerator, denominator) => {
    expect(() => rescale(value, numerator, denominator, 'floor')).toThrow(RangeError);
  });
});
