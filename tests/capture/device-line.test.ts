import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK_SAMPLES, type DeviceBlock } from '../../renderer/capture/block.ts';
import { DeviceLine } from '../../renderer/capture/device-line.ts';
import { BEGAN_MILLIS, buffersOf, type DeviceFate } from './simulated-device.ts';

/** Until then a crystal's speed is being learnt. */
const LEARNT_SECONDS = 8;

/** A machine with time: nearly every buffer comes at once, some a few milliseconds later. */
const GOOD: DeviceFate = {
  rate: 48_000,
  ppm: 0,
  bufferSamples: 480,
  delayMillis: (_at, random) => 0.3 + 6 * random ** 4,
  stampMillis: (_at, random) => 2 * random ** 4,
  loses: () => false,
};

/** All blocks of a device that is heard for so long. */
function blocksOf(fate: DeviceFate, seconds: number, seed = 1): DeviceBlock[] {
  const blocks: DeviceBlock[] = [];
  const { rate } = fate;
  const line = new DeviceLine({
    rate,
    channels: 1,
    wanted: () => [0],
    onBlock: (block) => blocks.push(block),
  });
  for (const buffer of buffersOf(fate, seconds, seed)) line.take(buffer);
  line.flush();
  return blocks;
}

/** How late the sound of a block is at its middle, in milliseconds. */
function lateMs({ frame, channels }: DeviceBlock): number {
  const at = BLOCK_SAMPLES / 2;
  const saysSeconds = channels.get(0)?.[at] ?? NaN;
  return (frame + at) / 48 - (BEGAN_MILLIS + saysSeconds * 1000);
}

/** Samples that are missing in blocks and between them. */
function missingOf(blocks: readonly DeviceBlock[]): number {
  let missing = 0;
  let next = blocks[0]?.frame ?? 0;
  for (const { frame, missingSamples } of blocks) {
    missing += frame - next + missingSamples;
    next = frame + BLOCK_SAMPLES;
  }
  return missing;
}

function after(blocks: readonly DeviceBlock[], second: number): readonly DeviceBlock[] {
  return blocks.filter(({ frame }) => frame / 48 - BEGAN_MILLIS > second * 1000);
}

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

describe('a device', () => {
  test('of any crystal and buffers lies by true time, without a sample missing', () => {
    const ppm = fc.integer({ min: -200, max: 200 });
    const buffers = fc.constantFrom(
      [48_000, 480],
      [48_000, 1024],
      [44_100, 441],
      [96_000, 960],
      [16_000, 160],
    );
    fc.assert(
      fc.property(ppm, buffers, fc.nat(), (ppm, [rate = 0, bufferSamples = 0], seed) => {
        const blocks = blocksOf({ ...GOOD, ppm, rate, bufferSamples }, 25, seed);
        expect(missingOf(blocks)).toBe(0);
        const late = blocks.slice(1).map(lateMs);
        expect(Math.min(...late)).toBeGreaterThan(-0.5);
        expect(Math.max(...late)).toBeLessThan(1.5);
        const learnt = after(blocks, LEARNT_SECONDS).map(lateMs);
        // 10 millionths of the 17 s that are left.
        expect(spread(learnt)).toBeLessThan(0.17);
      }),
      { numRuns: 8 },
    );
  });

  test('goes on to the sample through a page that is busy again and again', () => {
    const busy: DeviceFate = {
      ...GOOD,
      ppm: 80,
      // 900 ms of every 3 s the page does not look; then it has everything at once.
      delayMillis: (at, random) => Math.max(GOOD.delayMillis(at, random), 900 - (at % 3000)),
    };
    const blocks = blocksOf(busy, 30);
    expect(missingOf(blocks)).toBe(0);
    expect(spread(after(blocks, LEARNT_SECONDS).map(lateMs))).toBeLessThan(0.3);
  });

  test('is not moved by timestamps that a sound server guesses', () => {
    const guessed: DeviceFate = {
      ...GOOD,
      bufferSamples: 1024,
      stampMillis: (at, random) =>
        8 * random ** 3 + (at > 3000 && at < 20_000 ? -45 * Math.sin((at - 3000) / 5411) : 0),
    };
    const blocks = blocksOf(guessed, 30);
    expect(missingOf(blocks)).toBe(0);
    expect(spread(after(blocks, 2).map(lateMs))).toBeLessThan(1);
  });

  // The last is an hour, as of a computer that sleeps while its clock runs on.
  test.each([1, 2, 3, 7, 150, 2000, 360_000])(
    'that loses %i buffers misses as much, where it was, and nothing moves',
    (count) => {
      const from = 6005;
      let lost = 0;
      const loses = (at: number): boolean => {
        const gone = at > from && at < from + count * 10;
        lost += Number(gone);
        return gone;
      };
      const losing: DeviceFate = { ...GOOD, ppm: 50, loses };
      const blocks = blocksOf(losing, 14 + count / 100);
      expect(Math.abs(missingOf(blocks) - (lost * 480) / (1 + 50e-6))).toBeLessThan(48);
      for (const block of blocks) {
        const beganMillis = block.frame / 48;
        if (beganMillis > from + 15 && beganMillis < from + count * 10)
          expect(block.missingSamples).toBeGreaterThan(0);
        else if (beganMillis < from - 30 || beganMillis > from + count * 10 + 30)
          expect(Math.abs(lateMs(block)), `${beganMillis}`).toBeLessThan(1.5);
      }
    },
  );

  test('that loses something just after its timestamps jumped for nothing misses it where it was', () => {
    const misled: DeviceFate = {
      ...GOOD,
      loses: (at) => at > 6000 && at < 6460,
      stampMillis: (at) => (at > 5800 && at < 5815 ? 9 : 0),
    };
    const blocks = blocksOf(misled, 14);
    expect(Math.abs(missingOf(blocks) - 460 * 48)).toBeLessThan(48);
    for (const block of blocks) {
      const beganMillis = block.frame / 48;
      if (beganMillis < 5970 || beganMillis > 6490)
        expect(Math.abs(lateMs(block)), `${beganMillis}`).toBeLessThan(1.5);
    }
  });

  test('that loses what its timestamps do not show is put right within two seconds', () => {
    const untold: DeviceFate = {
      ...GOOD,
      loses: (at) => at > 6000 && at < 6100,
      // A server that knows of no loss until a second later.
      stampMillis: (at) => (at >= 6100 && at < 7100 ? -0.1 * (7100 - at) : 0),
    };
    const blocks = blocksOf(untold, 14);
    expect(Math.abs(missingOf(blocks) - 4800)).toBeLessThan(96);
    for (const block of after(blocks, 8.5)) expect(Math.abs(lateMs(block))).toBeLessThan(1.5);
  });

  test('that is stopped while it is listened to has what came until then, at its place', () => {
    for (const loses of [(at: number) => at > 8900 && at < 9000, () => false]) {
      const stampMillis = (at: number): number => (at > 9000 ? 10 : 0);
      const blocks = blocksOf({ ...GOOD, loses, stampMillis }, 8);
      const last = blocks.at(-1);
      expect((last?.frame ?? 0) / 48).toBeGreaterThan(BEGAN_MILLIS + 7950);
      expect(Math.abs(last === undefined ? NaN : lateMs(last))).toBeLessThan(1.5);
    }
  });

  test('whose stamps say nothing is heard by when its buffers come', () => {
    const blocks = blocksOf({ ...GOOD, ppm: -100, stampMillis: (at) => -at }, 20);
    expect(missingOf(blocks)).toBe(0);
    expect(spread(after(blocks, LEARNT_SECONDS).map(lateMs))).toBeLessThan(0.2);
  });
});
