import { describe, expect, test } from 'vitest';
import { DeviceClock } from '../../renderer/capture/device-clock.ts';
import { BEGAN_MILLIS, buffersOf, type DeviceFate } from './simulated-device.ts';

const LOST_FROM_MILLIS = 40_000;
const LOST_MILLIS = 460;
const LOST_TO_MILLIS = LOST_FROM_MILLIS + LOST_MILLIS;

/** A device with time that loses something after its crystal is known. */
const LOSING: DeviceFate = {
  rate: 48_000,
  ppm: 40,
  bufferSamples: 1024,
  delayMillis: (_at, random) => 0.3 + 6 * random ** 4,
  stampMillis: (_at, random) => 2 * random ** 4,
  loses: (at) => at > LOST_FROM_MILLIS && at < LOST_TO_MILLIS,
};

/** What was told lost of a device in 80 s, and how late its buffers were believed, by the true time of each. */
function heardOf(fate: DeviceFate) {
  const clock = new DeviceClock(fate.rate);
  const losses: { readonly atMillis: number; readonly lostMillis: number }[] = [];
  const late: { readonly atMillis: number; readonly lateMillis: number }[] = [];
  let first = 0;
  for (const { samples, planes, stampMillis, nowMillis } of buffersOf(fate, 80, 1)) {
    const verdict = clock.note({ first, samples, stampMillis, nowMillis });
    const atMillis = BEGAN_MILLIS + (planes[0]?.[0] ?? NaN) * 1000;
    if (typeof verdict === 'object') losses.push({ atMillis, ...verdict });
    if (verdict !== 'unsure') late.push({ atMillis, lateMillis: clock.millisAt(first) - atMillis });
    first += samples;
  }
  return { losses, late };
}

describe('the clock of a device', () => {
  test('keeps what it knows of the crystal after a loss, on a machine that comes to itself slowly', () => {
    const { losses, late } = heardOf({
      ...LOSING,
      // 4 ms late at first, and a little less with every second: as a crystal that is too fast looks.
      delayMillis: (at, random) =>
        LOSING.delayMillis(at, random) +
        4 * Math.max(0, at < LOST_TO_MILLIS ? 0 : 1 - (at - LOST_TO_MILLIS) / 16_000),
    });
    expect(losses).toHaveLength(1);
    const after = late.filter(({ atMillis }) => atMillis > LOST_TO_MILLIS + 600);
    expect(Math.min(...after.map(({ lateMillis }) => lateMillis))).toBeGreaterThan(-0.2);
    const settled = after.filter(({ atMillis }) => atMillis > LOST_TO_MILLIS + 18_000);
    expect(Math.max(...settled.map(({ lateMillis }) => lateMillis))).toBeLessThan(1);
  });

  test('finds a loss that timestamps make up for little by little, as a sound server that was stopped', () => {
    const { losses } = heardOf({
      ...LOSING,
      stampMillis: (at) =>
        at < LOST_TO_MILLIS ? 0 : Math.min(0, 30 * Math.floor((at - LOST_TO_MILLIS) / 1000) - LOST_MILLIS),
    });
    expect(losses).toHaveLength(1);
    const [loss] = losses;
    expect(Math.abs((loss?.lostMillis ?? NaN) - LOST_MILLIS)).toBeLessThan(22);
    expect(loss?.atMillis).toBeLessThan(LOST_TO_MILLIS + 10_000);
  });
});
