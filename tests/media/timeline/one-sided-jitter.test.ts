import { describe, expect, test } from 'vitest';
import { place } from '../../../electron/media/timeline/place.ts';
import { MS, Sender, placedSamples, seeded } from './sender.ts';

/** A delay in milliseconds; the network's is never negative. */
type Delay = (random: () => number) => number;

const exponential =
  (meanMs: number): Delay =>
  (random) =>
    -meanMs * Math.log(1 - random());

/** The sum of two exponential delays: seldom near zero. */
const gamma =
  (meanMs: number): Delay =>
  (random) =>
    exponential(meanMs / 2)(random) + exponential(meanMs / 2)(random);

/** Wi-Fi: short delays, and now and then the channel is taken for a while. */
const spiked =
  (meanMs: number, share: number, lowMs: number, highMs: number): Delay =>
  (random) =>
    exponential(meanMs)(random) + (random() < share ? lowMs + random() * (highMs - lowMs) : 0);

const GAPS = 200;

interface Outcome {
  /** Runs found; one for each stretch of speech would be right. */
  readonly runs: number;
  /** Stretches of which no run begins within two packets of the first one. */
  readonly missed: number;
  /** Distance of 99 % of the packets, and of all, from the time of sending plus the median delay, in ms. */
  readonly mostMs: number;
  readonly worstMs: number;
}

/** Stretches of 1.2 to 9 s of speech with gaps of one length; with `batch`, 16 packets are handed over at once. */
function converse(delay: Delay, gapMs: number, batch: boolean): Outcome {
  const random = seeded(77);
  const sender = new Sender({ startMs: 1000 });
  const starts: number[] = [];
  for (let i = 0; i < GAPS; i++) {
    starts.push(sender.stamps.length);
    let delaySamples = 0;
    sender.send(batch ? 16 * (4 + ((i * 37) % 25)) : 60 + ((i * 37) % 400), 8, (sent, n) => {
      if (!batch || n % 16 === 0) delaySamples = delay(random) * MS;
      return sent + (batch ? (15 - (n % 16)) * 20 * MS : 0) + delaySamples;
    });
    sender.pause(gapMs);
  }
  const placement = place(sender.table());
  const { runs } = placement;
  const found = Array.from(runs.firstPacket).filter((_, run) => runs.driftStep[run] === 0);
  const errors = placedSamples(placement).map((at, i) => (at - (sender.trueSamples[i] ?? NaN)) / MS);
  const typical = errors.toSorted((a, b) => a - b)[errors.length >> 1] ?? NaN;
  const distances = errors.map((error) => Math.abs(error - typical)).sort((a, b) => a - b);
  return {
    runs: found.length,
    missed: starts.filter((start) => !found.some((row) => Math.abs(row - start) <= 2)).length,
    mostMs: distances[Math.floor(distances.length * 0.99)] ?? NaN,
    worstMs: distances.at(-1) ?? NaN,
  };
}

const NETWORKS: readonly [name: string, delay: Delay, isRough: boolean][] = [
  ['even, 0 to 12 ms', (random) => random() * 12, false],
  ['exponential, mean 5 ms', exponential(5), false],
  ['exponential, mean 10 ms', exponential(10), false],
  ['exponential, mean 20 ms', exponential(20), true],
  ['gamma, mean 10 ms', gamma(10), false],
  ['gamma, mean 20 ms', gamma(20), true],
  ['Wi-Fi, 1 % spikes of 30 to 120 ms', spiked(3, 0.01, 30, 120), false],
  ['Wi-Fi, 3 % spikes of 20 to 80 ms', spiked(5, 0.03, 20, 80), false],
];

describe.each([60, 100, 200, 1000])('200 stretches of speech with gaps of %i ms', (gapMs) => {
  test.each(NETWORKS)('%s: a run each, most packets within 5 ms', (_name, delay) => {
    const { runs, missed, mostMs, worstMs } = converse(delay, gapMs, false);
    expect(Math.abs(runs - GAPS)).toBeLessThanOrEqual(6);
    // A gap hardly wider than the jitter is found a few packets off.
    expect(missed).toBeLessThanOrEqual(gapMs === 60 ? 12 : 2);
    expect(mostMs).toBeLessThanOrEqual(5);
    expect(worstMs).toBeLessThanOrEqual(160);
  });

  // Of 16 packets only the last tells the delay, so that a stretch has 4 to 28 of them.
  test.each(NETWORKS)('%s, in batches of 16: nearly a run each', (_name, delay, isRough) => {
    const { runs, missed, mostMs, worstMs } = converse(delay, gapMs, true);
    expect(runs).toBeGreaterThanOrEqual(GAPS - 4);
    expect(runs).toBeLessThanOrEqual(isRough ? GAPS * 1.2 : GAPS * 1.06);
    expect(missed).toBeLessThanOrEqual(gapMs === 60 ? 25 : 4);
    expect(mostMs).toBeLessThanOrEqual(isRough ? 30 : 12);
    expect(worstMs).toBeLessThanOrEqual(160);
  });
});

test('words of 0.1 to 1.2 s: jitter that is learnt over many of them splits none, and joins few', () => {
  const random = seeded(77);
  for (const [delay, least] of [
    [exponential(5), 400],
    [exponential(10), 360],
  ] as const) {
    const sender = new Sender({ startMs: 1000 });
    for (let i = 0; i < 400; i++) {
      const packets = 5 + Math.floor(random() * 55);
      sender.send(packets, 8, (sent) => sent + delay(random) * MS).pause([60, 100, 200, 400][i % 4] ?? 0);
    }
    const { runs } = place(sender.table());
    expect(runs.count).toBeGreaterThanOrEqual(least);
    expect(runs.count).toBeLessThanOrEqual(404);
  }
});

test.each<[string, Delay, number]>([
  ['mean 10 ms', exponential(10), 3],
  ['mean 20 ms', exponential(20), 5],
])(
  'an hour of speech with a delay of %s is one run; chance adds steps up to an end',
  (_name, delay, most) => {
    const random = seeded(77);
    const sender = new Sender({ startMs: 1000 }).send(180_000, 8, (sent) => sent + delay(random) * MS);
    const placement = place(sender.table());
    expect(placement.runs.count - placement.report.driftSteps).toBe(1);
    expect(placement.report.driftSteps).toBeLessThanOrEqual(most);
  },
);
