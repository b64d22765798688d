import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK_SAMPLES, type Block, BlockBuilder } from '../../renderer/capture/block.ts';
import { FrameClock } from '../../renderer/capture/frame-clock.ts';
import { LagWatch } from '../../renderer/capture/lag-watch.ts';

const QUANTUM = 128;

describe('callbacks that the audio thread leaves out', () => {
  /** Blocks of a counter from `start` that leaves out these callbacks; each sample says its own frame. */
  function blocksOf(start: number, callbacks: number, leftOut: ReadonlySet<number>): Block[] {
    const builder = new BlockBuilder(1);
    const blocks: Block[] = [];
    for (let at = 0; at < callbacks; at++) {
      if (leftOut.has(at)) continue;
      const frame = start + at * QUANTUM;
      const ramp = Float32Array.from({ length: QUANTUM }, (_, index) => frame + index + 1);
      blocks.push(...builder.add(frame, QUANTUM, [ramp]));
    }
    return blocks;
  }

  test('are missing to the sample, and nothing else has moved', () => {
    const leaving = fc.uniqueArray(fc.integer({ min: 1, max: 398 }), { maxLength: 120 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), leaving, (start, out) => {
        const leftOut = new Set(out);
        const blocks = blocksOf(start, 400, leftOut);
        let told = 0;
        let moved = 0;
        let end = start;
        for (const { frame, pcm, missingSamples } of blocks) {
          told += frame - end + missingSamples;
          end = frame + BLOCK_SAMPLES;
          for (const [at, value] of pcm.entries()) {
            const own = frame + at;
            const missing = leftOut.has(Math.floor((own - start) / QUANTUM));
            if (value !== (missing ? 0 : own + 1)) moved++;
          }
        }
        expect(moved).toBe(0);
        let left = 0;
        for (let frame = start; frame < end; frame++)
          if (leftOut.has(Math.floor((frame - start) / QUANTUM))) left++;
        expect(told).toBe(left);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the frame clock', () => {
  /** Blocks for so many seconds, each late by what `late` says. @returns what was found, and after which second. */
  function run(late: (second: number) => number, seconds: number): (readonly [number, number])[] {
    const clock = new FrameClock();
    const found: (readonly [number, number])[] = [];
    for (let block = 1; block <= seconds * 50; block++) {
      const lost = clock.note(block * BLOCK_SAMPLES, block * 20 + late(block / 50));
      if (lost > 0) found.push([lost, block / 50]);
    }
    return found;
  }
  const sum = (found: readonly (readonly [number, number])[]): number =>
    found.reduce((total, [samples]) => total + samples, 0) / 48;

  test('finds a stall within a second and a half, and how long it was', () => {
    const [[samples, second] = [0, 0], ...others] = run((at) => (at < 10 ? 5 : 105), 30);
    expect(samples).toBe(4800);
    expect(second).toBeLessThan(11.6);
    expect(others).toEqual([]);
  });

  test('adds stalls up that are too short to be told from a busy machine', () => {
    // 10 ms every second: half a minute loses 300 ms, and never are more than 50 of them and the drift owed.
    const found = run((second) => 5 + 10 * Math.floor(second), 30);
    expect(sum(found)).toBeGreaterThan(230);
    expect(sum(found)).toBeLessThanOrEqual(300);
  });

  test('takes 200 millionths of drift for drift for a whole day, in either direction', () => {
    expect(run((second) => 5 + second * 0.2, 3600)).toEqual([]);
    expect(run((second) => 5 - second * 0.2, 3600)).toEqual([]);
  });

  test('counts a stall that was none against the next', () => {
    // Everything is 100 ms late for five seconds, then nothing is; later 150 ms are really lost.
    const late = (second: number): number => (second > 10 && second < 15 ? 105 : second < 40 ? 5 : 155);
    const found = run(late, 60);
    expect(found).toHaveLength(2);
    expect(sum(found)).toBeGreaterThan(150);
    expect(sum(found)).toBeLessThan(160);
  });

  test('knows at once how long a context rested that was stopped', () => {
    const clock = new FrameClock();
    for (let block = 1; block <= 500; block++) clock.note(block * BLOCK_SAMPLES, block * 20 + 5);
    clock.resumed();
    expect(clock.note(501 * BLOCK_SAMPLES, 501 * 20 + 2005)).toBe(96_000);
    let later = 0;
    for (let block = 502; block <= 1000; block++)
      later += clock.note(block * BLOCK_SAMPLES, block * 20 + 2005);
    expect(later).toBe(0);
    expect(clock.frameAt(1000 * 20 + 2005)).toBe(1000 * BLOCK_SAMPLES);
  });

  test('says nothing of a rest before anything was heard', () => {
    const clock = new FrameClock();
    clock.resumed();
    expect(clock.note(960, 5000)).toBe(0);
  });
});

test('a lag watch that has not begun knows of no lag', () => {
  const lag = new LagWatch();
  lag.follow(10, 1000);
  expect(lag.lagMillis(500)).toBe(0);
});
