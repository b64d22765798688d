import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anchoredT0UnixMicros } from '../../electron/media/log/t0.ts';
import { HostClock } from '../../renderer/capture/host-clock.ts';
import { AppError } from '../../shared/model/errors.ts';

/** Ways of a question and of its answer, in milliseconds. */
type Ways = readonly [number, number];

/** A page and a host whose clock is ahead by so much; time passes only on the way between them. */
class Line {
  pageMillis = 1000;
  asked = 0;
  readonly clock: HostClock;
  aheadMicros: number;
  readonly #ways: (question: number) => Ways;

  constructor(aheadMicros: number, ways: (question: number) => Ways) {
    this.aheadMicros = aheadMicros;
    this.#ways = ways;
    this.clock = new HostClock({
      now: () => this.pageMillis,
      ask: () => {
        const [there, back] = this.#ways(this.asked++);
        this.pageMillis += there;
        const monotonicMicros = this.hostMicros;
        this.pageMillis += back;
        return Promise.resolve({ monotonicMicros });
      },
    });
  }

  get hostMicros(): number {
    return Math.round(this.pageMillis * 1000 + this.aheadMicros);
  }

  /** How far the page is wrong about the host's clock now, in milliseconds. */
  get wrongMillis(): number {
    return Math.abs((this.clock.microsAt(this.pageMillis) ?? NaN) - this.hostMicros) / 1000;
  }
}

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('what the page knows of the host’s clock', () => {
  test('gives T0 within 5 ms although every message takes up to 50 ms', async () => {
    const startUnixMicros = 1_763_705_000_000_000;
    for (let seed = 1; seed <= 200; seed++) {
      const chance = seeded(seed);
      const line = new Line(7_000_000_000, () => [50 * chance(), 50 * chance()]);
      const begun = { wallUnixMicros: startUnixMicros, monotonicMicros: line.hostMicros };
      // Position 0 was 40 ms after the session was asked for, half a second before the anchor.
      line.pageMillis += 540;
      const atMillis = line.pageMillis;
      await line.clock.learn();
      const anchor = { positionSamples: 24_000, monotonicMicros: line.clock.microsAt(atMillis) ?? NaN };
      const t0 = anchoredT0UnixMicros(startUnixMicros, begun, anchor) ?? NaN;
      expect(Math.abs(t0 - startUnixMicros - 40_000)).toBeLessThan(5000);
    }
  });

  test('is never further off than it says, nor than half the shortest way there and back', async () => {
    const ways = fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5000 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(ways, { minLength: 48, maxLength: 48 }),
        fc.integer({ min: 0, max: 2 ** 50 }),
        async (tenths, aheadMicros) => {
          const taken = tenths.map(([there, back]): Ways => [there / 10, back / 10]);
          const line = new Line(aheadMicros, (question) => taken[question] ?? [0, 0]);
          await line.clock.learn();
          // What was read is rounded to whole microseconds.
          const slackMillis = 0.005;
          expect(line.wrongMillis).toBeLessThanOrEqual(line.clock.errorMicros / 1000 + slackMillis);
          const shortest = Math.min(...taken.slice(0, line.asked).map(([there, back]) => there + back));
          // Two clocks may drift apart by 0.2 ms a second while it is being learnt.
          const driftMillis = 200e-6 * (line.pageMillis - 1000);
          expect(line.wrongMillis).toBeLessThanOrEqual(shortest / 2 + driftMillis + slackMillis);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('takes one question where answers are quick, and asks each time again', async () => {
    const line = new Line(0, () => [0.3, 0.2]);
    expect(line.clock.microsAt(1000)).toBeUndefined();
    await line.clock.learn();
    expect(line.asked).toBe(1);
    await Promise.all([line.clock.learn(), line.clock.learn()]);
    expect(line.asked).toBe(2);
    expect(line.wrongMillis).toBeLessThan(0.26);
  });

  test('gets better when the machine has time again, and stays good while it has none', async () => {
    let ways: Ways = [45, 3];
    const line = new Line(0, () => ways);
    await line.clock.learn();
    expect(line.asked).toBe(48);
    expect(line.wrongMillis).toBeGreaterThan(15);
    ways = [0.3, 0.2];
    await line.clock.learn();
    expect(line.wrongMillis).toBeLessThan(1);
    ways = [45, 3];
    line.pageMillis += 3000;
    await line.clock.learn();
    expect(line.wrongMillis).toBeLessThan(1);
  });

  test('begins anew when one of the clocks stood still', async () => {
    const line = new Line(5_000_000, () => [0.4, 0.4]);
    await line.clock.learn();
    line.aheadMicros += 3_600_000_000;
    line.pageMillis += 3000;
    await line.clock.learn();
    expect(line.wrongMillis).toBeLessThan(1);
  });

  test('stays what it was while the host is away, and nothing without a first answer', async () => {
    let away = true;
    const clock = new HostClock({
      now: () => 10,
      ask: () =>
        away
          ? Promise.reject(new AppError('disconnected', 'The host is away.'))
          : Promise.resolve({ monotonicMicros: 2_010_000 }),
    });
    await clock.learn();
    expect(clock.microsAt(10)).toBeUndefined();
    away = false;
    await clock.learn();
    away = true;
    await clock.learn();
    expect(clock.microsAt(10)).toBe(2_010_000);
  });
});
