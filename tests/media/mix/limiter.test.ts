import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decibels, TruePeak } from '../../../electron/media/loudness/true-peak.ts';
import { Limiter } from '../../../electron/media/mix/limiter.ts';
import { noise } from '../../support/signals.ts';

const CEILING = 0.88;

/** What leaves the limiter for this, in place. */
function limited(left: Float32Array, right: Float32Array, blockFrames = 1000): [Float32Array, Float32Array] {
  const limiter = new Limiter(CEILING);
  const late = Limiter.latencyFrames;
  const sides = [left, right].map((side) => {
    const longer = new Float32Array(side.length + late);
    longer.set(side);
    return longer;
  });
  const [first = left, second = right] = sides;
  for (let at = 0; at < first.length; at += blockFrames) {
    const end = Math.min(first.length, at + blockFrames);
    limiter.process([first.subarray(at, end), second.subarray(at, end)], end - at);
  }
  return [first.subarray(late), second.subarray(late)];
}

function largest(samples: Float32Array): number {
  return samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function truePeakOf(samples: Float32Array): number {
  const peak = new TruePeak();
  peak.add(samples, 0, samples.length);
  return peak.finish();
}

const signal = fc
  .array(fc.oneof(fc.double({ min: -40, max: 40, noNaN: true }), fc.constant(0), fc.constantFrom(-1, 1, 8)), {
    minLength: 1,
    maxLength: 3000,
  })
  .map((values) => Float32Array.from(values));

test('no sample ever exceeds the ceiling', () => {
  fc.assert(
    fc.property(signal, fc.integer({ min: 1, max: 700 }), (left, blockFrames) => {
      const right = left.map((value, i) => (i % 3 === 0 ? -value : 0.1 * value));
      const out = limited(left, right, blockFrames);
      expect(Math.max(...out.map(largest))).toBeLessThanOrEqual(CEILING);
    }),
    { numRuns: 60 },
  );
});

test('peaks between samples stay at the ceiling but for a hundredth of a decibel', () => {
  for (const [seed, gain] of [
    [1, 3],
    [2, 10],
    [3, 60],
  ] as const) {
    const loud = noise(96_000, seed).map((value) => gain * value);
    const [left] = limited(loud, loud);
    expect(decibels(truePeakOf(left) / CEILING)).toBeLessThan(0.01);
  }
});

test('what is below the ceiling leaves as it came, sample for sample', () => {
  const quiet = noise(50_000, 5).map((value) => 0.1 * value);
  expect(truePeakOf(quiet)).toBeLessThan(CEILING);
  const [left, right] = limited(quiet, quiet, 333);
  expect(Buffer.from(left.buffer, left.byteOffset, left.byteLength).equals(Buffer.from(quiet.buffer))).toBe(
    true,
  );
  expect(right).toEqual(left);
});

test('both sides come down together, and come back', () => {
  const left = new Float32Array(96_000).fill(0.25);
  const right = left.map((value) => value / 2);
  left.fill(3, 20_000, 20_010);
  const out = limited(left, right);
  const gainAt = (i: number): number => (out[1][i] ?? 0) / 0.125;
  expect(gainAt(19_000)).toBe(1);
  expect(gainAt(20_005)).toBeLessThan(0.3);
  expect(gainAt(95_000)).toBe(1);
  expect(out[0][25_000]).toBeCloseTo(2 * (out[1][25_000] ?? 0), 5);
});

test('the blocks that it comes in change nothing', () => {
  const loud = noise(30_000, 9).map((value) => 8 * value);
  expect(limited(loud, loud, 1)[0]).toEqual(limited(loud, loud, 30_000)[0]);
});
