import { PacketTableBuilder } from '../../../electron/media/packet-table.ts';
import type { PacketTable } from '../../../electron/media/packet-table.ts';
import type { Placement } from '../../../electron/media/timeline/placement.ts';

export const UNIT = 120;
export const MS = 48;

/** A small seeded generator (mulberry32), so that every test sees the same jitter on every machine. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A player whose packets leave at true times and are stamped, in whole milliseconds, when they arrive.
 * Offsets in the log count up, so that a row can be recognised after it was moved.
 */
export class Sender {
  readonly trueSamples: number[] = [];
  readonly stamps: number[] = [];
  readonly units: number[] = [];
  readonly sizes: number[] = [];
  nowSamples: number;
  readonly #random: () => number;
  readonly #jitterMs: number;
  /** Wall-clock samples per sample of audio: 1.0001 is a clock that is 100 ppm slow. */
  readonly #rate: number;

  constructor(options: { startMs?: number; seed?: number; jitterMs?: number; slowPpm?: number } = {}) {
    this.nowSamples = (options.startMs ?? 0) * MS;
    this.#random = seeded(options.seed ?? 1);
    this.#jitterMs = options.jitterMs ?? 0;
    this.#rate = 1 + (options.slowPpm ?? 0) / 1e6;
  }

  /** Sends packets back to back; `arrive` turns the time of sending into that of arrival, in samples. */
  send(
    packets: number,
    units = 8,
    arrive: (sentSamples: number, i: number) => number = (sent) => sent,
  ): this {
    for (let i = 0; i < packets; i++) {
      const jitter = (this.#random() * 2 - 1) * this.#jitterMs * MS;
      const stamp = Math.max(0, Math.round((arrive(this.nowSamples, i) + jitter) / MS) * MS);
      this.trueSamples.push(this.nowSamples);
      this.stamps.push(stamp);
      this.units.push(units);
      this.sizes.push(40 + Math.floor(this.#random() * 80));
      this.nowSamples += units * UNIT * this.#rate;
    }
    return this;
  }

  pause(ms: number): this {
    this.nowSamples += ms * MS;
    return this;
  }

  /** The log; stamps never go back unless `scrambled`, because packets are logged as they arrive. */
  table(scrambled = false): PacketTable {
    let latest = -Infinity;
    const stamps = scrambled ? this.stamps : this.stamps.map((stamp) => (latest = Math.max(latest, stamp)));
    return tableOf('arrival', stamps, this.units, this.sizes);
  }
}

export function tableOf(
  clock: PacketTable['clock'],
  positions: readonly number[],
  units: readonly number[],
  sizes: readonly number[] = [],
): PacketTable {
  const builder = new PacketTableBuilder(clock, positions.length);
  positions.forEach((position, row) =>
    builder.add(position, sizes[row] ?? 50, units[row] ?? 8, 0, row * 100),
  );
  return builder.finish();
}

/** Where each kept packet was placed, in samples from T0. */
export function placedSamples({ packets, runs }: Placement): number[] {
  const placed: number[] = [];
  let run = -1;
  let at = 0;
  for (let row = 0; row < packets.count; row++) {
    if (run + 1 < runs.count && runs.firstPacket[run + 1] === row) at = runs.startSamples[++run] ?? NaN;
    placed.push(at);
    at += (packets.durationUnits[row] ?? NaN) * UNIT;
  }
  return placed;
}

/** Largest distance between two lists of positions, in milliseconds. */
export function worstMs(a: readonly number[], b: readonly number[]): number {
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? NaN)) / MS), 0);
}
