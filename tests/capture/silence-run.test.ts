import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK_SAMPLES } from '../../renderer/capture/block.ts';
import { isLaid, SilenceRun } from '../../renderer/capture/silence-run.ts';

/** Sound of two channels of which so much is silent, in blocks. @returns the silence that was found. */
function found(silent: readonly (readonly [number, number])[], blocks: number): number[] {
  const run = new SilenceRun();
  return Array.from({ length: blocks }, (_, block) => {
    const pcm = new Float32Array(2 * BLOCK_SAMPLES);
    for (let at = 0; at < BLOCK_SAMPLES; at++) {
      const sample = block * BLOCK_SAMPLES + at;
      const hears = !silent.some(([from, length]) => sample >= from && sample < from + length);
      // A channel on which nothing is connected is no silence of the device.
      pcm[at] = hears ? 1e-6 : 0;
    }
    return run.add(pcm, 2);
  }).filter((samples) => samples > 0);
}

describe('silence amid sound', () => {
  test('is found to the sample wherever it begins', () => {
    const hole = fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 240, max: 4000 }));
    fc.assert(
      fc.property(hole, (silent) => {
        expect(found([silent], 8)).toEqual([silent[1]]);
      }),
      { numRuns: 50 },
    );
  });

  test('is none before the first sound, after the last, or for a moment', () => {
    expect(found([[0, 3000]], 5)).toEqual([]);
    expect(found([[2000, 5000]], 5)).toEqual([]);
    expect(found([[2000, 239]], 5)).toEqual([]);
  });

  test('that is known otherwise is not found again', () => {
    const run = new SilenceRun();
    run.add(new Float32Array(BLOCK_SAMPLES).fill(1), 1);
    run.add(new Float32Array(BLOCK_SAMPLES), 1);
    run.reset();
    expect(run.add(new Float32Array(BLOCK_SAMPLES).fill(1), 1)).toBe(0);
  });
});

test.each([
  // Of 1024 samples at 48 kHz: one, and four.
  [1024, 1024, true],
  [4096, 1024, true],
  // Of 441 at 44.1 kHz, whose edges the change of rate has smeared.
  [451, 480, true],
  // A gate, a switch, a pause of another program.
  [700, 480, false],
  [48_211, 1024, false],
  [400, 1024, false],
  // Whose buffers are not known.
  [1024, 0, false],
])('silence of %i samples from a device that delivers %i at once was laid: %s', (silence, buffer, laid) => {
  expect(isLaid(silence, buffer)).toBe(laid);
});
