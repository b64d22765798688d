import { describe, expect, test } from 'vitest';
import type { PacketTable } from '../../../electron/media/packet-table.ts';
import { place } from '../../../electron/media/timeline/place.ts';
import type { Placement } from '../../../electron/media/timeline/placement.ts';
import { MS, Sender, placedSamples, tableOf, worstMs } from './sender.ts';

const NETWORK = { jitterMs: 6, startMs: 500 };

/** Distance of every packet from the time it was sent, in ms. */
function errorMs(sender: Sender, placement: Placement): number {
  return worstMs(placedSamples(placement), sender.trueSamples);
}

function gapRuns({ runs }: Placement): number[] {
  return Array.from(runs.firstPacket).filter((_, run) => runs.driftStep[run] === 0);
}

describe('jitter', () => {
  test('a run under pure jitter stays one run and lies within 2 ms of the truth', () => {
    const sender = new Sender(NETWORK).send(30_000);
    const table = sender.table();
    const placement = place(table);
    expect(placement.packets).toBe(table);
    expect(gapRuns(placement)).toEqual([0]);
    expect(placement.report.driftSteps).toBe(0);
    expect(errorMs(sender, placement)).toBeLessThan(2);
  });

  test('a conversation with gaps of 0.2 to 41 s: each gap found at its packet, each stamp within 8 ms', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const sender = new Sender({ ...NETWORK, seed });
      const starts: number[] = [];
      for (let i = 0; i < 40; i++) {
        starts.push(sender.stamps.length);
        sender.send(100 + ((i * 37) % 400)).pause([200, 41_000, 350, 5_000, 240][i % 5] ?? 0);
      }
      const placement = place(sender.table());
      expect(gapRuns(placement)).toEqual(starts);
      expect(placement.report.driftSteps).toBe(0);
      expect(placement.report.largestStampDeviationSamples).toBeLessThan(8 * MS);
      expect(worstMs(placedSamples(placement), sender.stamps)).toBeLessThan(8);
    }
  });

  test('a single lost packet of 20 ms leaves a gap of 20 ms', () => {
    const sender = new Sender(NETWORK).send(900).pause(20).send(900);
    const placement = place(sender.table());
    const [first, second, ...more] = gapRuns(placement);
    expect([first, more]).toEqual([0, []]);
    expect(Math.abs((second ?? 0) - 900)).toBeLessThanOrEqual(3);
    expect(errorMs(sender, placement)).toBeLessThan(22);
    expect(worstMs(placedSamples(placement).slice(910), sender.trueSamples.slice(910))).toBeLessThan(2);
  });

  test('strong jitter of 30 ms neither splits a run nor hides a gap of 200 ms', () => {
    const sender = new Sender({ ...NETWORK, jitterMs: 30, startMs: 2000 }).send(3000).pause(200).send(3000);
    const placement = place(sender.table());
    const gaps = gapRuns(placement);
    expect(gaps).toHaveLength(2);
    expect(Math.abs((gaps[1] ?? 0) - 3000)).toBeLessThanOrEqual(1);
    expect(worstMs(placedSamples(placement).slice(3010), sender.trueSamples.slice(3010))).toBeLessThan(8);
  });
});

test('strong jitter before forty gaps: hardly a late last packet becomes a run of its own', () => {
  const sender = new Sender({ jitterMs: 30, startMs: 2000 });
  for (let i = 0; i < 40; i++) sender.send(300).pause(500);
  expect(gapRuns(place(sender.table())).length).toBeLessThanOrEqual(42);
});

describe('queues', () => {
  /** The device hands over 16 packets at once, when the last of them is there. */
  const batches = (sent: number, i: number): number => sent + (15 - (i % 16)) * 20 * MS;

  test('batches of 16 with one stamp invent no silence, and a gap of 200 ms between batches is found', () => {
    const sender = new Sender({ startMs: 1000 }).send(160, 8, batches).pause(200).send(1600, 8, batches);
    const placement = place(sender.table());
    expect(gapRuns(placement)).toEqual([0, 160]);
    expect(placement.report.driftSteps).toBe(0);
    expect(errorMs(sender, placement)).toBeLessThan(1);
  });

  test('jittered batches stay one run over an hour, also with a clock 100 ppm slow', () => {
    const steady = new Sender(NETWORK).send(9_008, 8, batches);
    expect(gapRuns(place(steady.table()))).toEqual([0]);
    const slow = new Sender({ ...NETWORK, slowPpm: 100 }).send(180_000, 8, batches);
    const placement = place(slow.table());
    expect(gapRuns(placement)).toEqual([0]);
    expect(worstMs(placedSamples(placement), slow.trueSamples)).toBeLessThan(16);
  });

  test.each([300, 2000])('a late burst after a stall of %i ms does not move the run', (stallMs) => {
    const sender = new Sender(NETWORK).send(1000);
    const resume = sender.nowSamples + stallMs * MS;
    sender.send(stallMs / 20 + 500, 8, (sent) => Math.max(sent, resume));
    const placement = place(sender.table());
    expect(gapRuns(placement)).toEqual([0]);
    expect(placement.report.driftSteps).toBe(0);
    expect(errorMs(sender, placement)).toBeLessThan(2);
    expect(placement.report.largestStampDeviationSamples).toBeGreaterThan((stallMs - 10) * MS);
  });

  test.each([
    [1500, 12],
    [4000, 12],
    [2000, 15],
  ])('a stall of %i ms worked off at a packet every %i ms does not move the run', (stallMs, paceMs) => {
    for (const pauseMs of [0, 3000]) {
      const sender = new Sender(NETWORK).send(2000).pause(pauseMs);
      const stalled = sender.nowSamples;
      sender.send(3000, 8, (sent, i) => Math.max(sent, stalled + (stallMs + i * paceMs) * MS));
      const placement = place(sender.table());
      expect(gapRuns(placement)).toEqual(pauseMs === 0 ? [0] : [0, 2000]);
      expect(placement.report.driftSteps).toBe(0);
      expect(errorMs(sender, placement)).toBeLessThan(5);
    }
  });

  test.each([
    [6, 1],
    [9, 1],
    [20, 2],
  ])('a delay of 500 ms that is gone after %i s: runs: %i', (seconds, expectedRuns) => {
    const sender = new Sender(NETWORK)
      .send(1000)
      .send(seconds * 50, 8, (sent) => sent + 500 * MS)
      .send(1000);
    const placement = place(sender.table());
    expect(gapRuns(placement)).toHaveLength(expectedRuns);
    expect(placement.report.driftSteps).toBe(0);
    if (expectedRuns === 1) expect(errorMs(sender, placement)).toBeLessThan(2);
    else expect(placement.report.fastestLeadSamples / MS).toBeCloseTo(500, -1.5);
  });

  test('a stall of 6 s whose packets come all at once does not move the run, whatever came before', () => {
    for (const pauseMs of [0, 3000]) {
      const sender = new Sender(NETWORK).send(2000).pause(pauseMs).send(20);
      const resume = sender.nowSamples + 6000 * MS;
      sender.send(1000, 8, (sent) => Math.max(sent, resume));
      const placement = place(sender.table());
      expect(gapRuns(placement)).toEqual(pauseMs === 0 ? [0] : [0, 2000]);
      expect(errorMs(sender, placement)).toBeLessThan(3);
    }
  });

  test('a run that begins in a stall is placed where its later packets say', () => {
    const sender = new Sender(NETWORK).send(200).pause(5000);
    const resume = sender.nowSamples + 800 * MS;
    sender.send(400, 8, (sent) => Math.max(sent, resume));
    const placement = place(sender.table());
    expect(gapRuns(placement)).toEqual([0, 200]);
    expect(errorMs(sender, placement)).toBeLessThan(3);
  });

  test('a batch at the very start is not placed before T0', () => {
    const sender = new Sender().send(16, 8, () => 100 * MS).send(0);
    const placement = place(sender.table());
    expect(Array.from(placement.runs.startSamples)).toEqual([0]);
    expect(placement.report.fastestLeadSamples).toBe(200 * MS);
  });
});

describe('sender clocks', () => {
  const twoHours = 360_000;

  test('100 ppm slow for two hours is followed in single frames at small packets', () => {
    const sender = new Sender({ ...NETWORK, slowPpm: 100 }).send(twoHours);
    const placement = place(sender.table());
    const { runs, report, packets } = placement;
    expect(gapRuns(placement)).toEqual([0]);
    expect(report.driftSteps).toBeGreaterThanOrEqual(284);
    expect(report.driftSteps).toBeLessThanOrEqual(290);
    expect(errorMs(sender, placement)).toBeLessThan(5);
    for (let run = 1; run < runs.count; run++) {
      const endSamples = (runs.startSamples[run - 1] ?? 0) + (runs.lengthUnits[run - 1] ?? 0) * 120;
      expect((runs.startSamples[run] ?? 0) - endSamples).toBe(120);
      expect(packets.sizesBytes[runs.firstPacket[run] ?? 0]).toBeLessThan(45);
    }
  });

  test('200 ppm slow for half an hour: no false gaps', () => {
    const sender = new Sender({ ...NETWORK, slowPpm: 200 }).send(90_000);
    const placement = place(sender.table());
    expect(gapRuns(placement)).toEqual([0]);
    expect(errorMs(sender, placement)).toBeLessThan(5);
  });

  test('100 ppm fast: nothing is dropped, the lead is reported and the next gap absorbs it', () => {
    const sender = new Sender({ ...NETWORK, slowPpm: -100 }).send(twoHours).pause(3000).send(1000);
    const placement = place(sender.table());
    expect(placement.packets.count).toBe(twoHours + 1000);
    expect(gapRuns(placement)).toEqual([0, twoHours]);
    expect(placement.report.driftSteps).toBe(0);
    expect(placement.report.fastestLeadSamples / MS).toBeCloseTo(720, -1);
    expect(
      worstMs(placedSamples(placement).slice(twoHours), sender.trueSamples.slice(twoHours)),
    ).toBeLessThan(3);
  });

  test('a gap shorter than the lead is used up by it', () => {
    const sender = new Sender({ ...NETWORK, slowPpm: -100 }).send(twoHours).pause(300).send(1000);
    const placement = place(sender.table());
    expect(gapRuns(placement)).toEqual([0]);
    expect(placement.endSamples).toBe((placement.runs.startSamples[0] ?? 0) + (twoHours + 1000) * 960);
  });
});

describe('unusual logs', () => {
  test('packets without stamps follow the packet before them', () => {
    const sender = new Sender(NETWORK).send(300).pause(1000).send(300).pause(1000).send(300);
    for (let row = 0; row < 900; row++) if (row % 3 === 1 || row >= 650) sender.stamps[row] = NaN;
    const table = tableOf('arrival', sender.stamps, sender.units);
    const placement = place(table);
    expect(placement.report.unstamped).toBe(sender.stamps.filter((stamp) => Number.isNaN(stamp)).length);
    expect(gapRuns(placement)).toEqual([0, 300, 600]);
    expect(errorMs(sender, placement)).toBeLessThan(4);
    const none = place(tableOf('arrival', [NaN, NaN, Infinity], [8, 8, 8]));
    expect(Array.from(none.runs.startSamples)).toEqual([0]);
    expect(none.endSamples).toBe(3 * 960);
  });

  test('joining late, and a run of one packet between gaps', () => {
    const sender = new Sender({ ...NETWORK, startMs: 3_600_000 })
      .send(500)
      .pause(700)
      .send(1)
      .pause(900)
      .send(500);
    const placement = place(sender.table());
    expect(gapRuns(placement)).toEqual([0, 500, 501]);
    expect(errorMs(sender, placement)).toBeLessThan(8);
  });

  test('DTX: comfort-noise packets every 400 ms keep their places', () => {
    const sender = new Sender(NETWORK);
    for (let burst = 0; burst < 20; burst++) {
      sender.send(150);
      for (let i = 0; i < 25; i++) sender.pause(380).send(1);
      sender.pause(380);
    }
    const placement = place(sender.table());
    expect(gapRuns(placement)).toHaveLength(20 * 26);
    expect(errorMs(sender, placement)).toBeLessThan(8);
  });

  test('mixed durations of 2.5, 10, 20 and 60 ms', () => {
    const sender = new Sender(NETWORK);
    for (let i = 0; i < 600; i++) sender.send(3, [1, 4, 8, 24][i % 4]);
    sender.pause(250);
    for (let i = 0; i < 600; i++) sender.send(3, [24, 1, 8, 4][i % 4]);
    const placement = place(sender.table());
    const gaps = gapRuns(placement);
    expect(gaps).toEqual([0, 1800]);
    expect(errorMs(sender, placement)).toBeLessThan(4);
  });

  test('a session of 30 hours', () => {
    const sender = new Sender(NETWORK);
    for (let hour = 0; hour < 30; hour++) sender.send(5_000).pause(3_500_000);
    const placement = place(sender.table());
    expect(gapRuns(placement)).toHaveLength(30);
    expect(errorMs(sender, placement)).toBeLessThan(2);
  });

  test('stamps out of order are sorted stably, and the move is counted', () => {
    const table = tableOf(
      'arrival',
      [0, 20, 60, 40, 80, 60].map((ms) => ms * MS),
      [8, 8, 8, 8, 8, 8],
    );
    const { packets, report } = place(table);
    expect(Array.from(packets.offsetsBytes)).toEqual([0, 100, 300, 200, 500, 400]);
    expect(report.reordered).toBe(2);
  });

  test('a lone repeat is a duplicate, three in a row are constant silence', () => {
    const sender = new Sender({ startMs: 100 }).send(40);
    const rows = sender.stamps.flatMap((stamp, i) => (i === 10 ? [stamp, stamp] : [stamp]));
    const table = tableOf('arrival', rows, []);
    const { packets, report } = place(table, { repeats: [11, 20, 21, 30, 31, 32] });
    expect(packets.count).toBe(40);
    expect(report.duplicates).toBe(1);
    expect(report.dropped).toEqual([{ reason: 'duplicate', part: 0, offsetBytes: 1100, sizeBytes: 50 }]);
    expect(place(table, { repeats: [20, 21] }).packets).toBe(table);
  });

  test('an empty track', () => {
    const table: PacketTable = tableOf('arrival', [], []);
    const placement = place(table);
    expect(placement.packets).toBe(table);
    expect([placement.runs.count, placement.endSamples]).toEqual([0, 0]);
  });
});
