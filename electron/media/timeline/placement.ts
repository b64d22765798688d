import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { areAlike, type PacketTable } from '../packet-table.ts';

/**
 * Runs as a struct of arrays. Run r holds the packets from `firstPacket[r]` up to `firstPacket[r + 1]`, or to the
 * end for the last one; inside a run packets follow each other without a gap, by their TOC durations.
 */
export interface Runs {
  readonly count: number;
  /** Row of the run's first packet in `Placement.packets`; strictly ascending, the first is 0. */
  readonly firstPacket: Uint32Array;
  /** Where the run begins, in whole samples from T0. */
  readonly startSamples: Float64Array;
  /** How long the run lasts, in units of 120 samples. */
  readonly lengthUnits: Uint32Array;
  /** 1 where the run only follows a slow sender clock by 120 samples: a correction, not a gap. */
  readonly driftStep: Uint8Array;
}

/** A packet that was left out; its bytes stay in the log. */
export interface DroppedPacket {
  readonly reason: 'duplicate' | 'overlap';
  /** Log part and byte range of the payload, see PacketTable. */
  readonly part: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** What placing had to decide; see TIMELINE.md for the rules. */
export interface PlaceReport {
  /** Packets logged after a packet with a later stamp. */
  readonly reordered: number;
  readonly duplicates: number;
  readonly overlaps: number;
  /** Audio in the packets that overlapped. */
  readonly overlapSamples: number;
  /** The first DROPPED_LISTED packets that were left out, duplicates before overlaps. */
  readonly dropped: readonly DroppedPacket[];
  /** Packets without a stamp: they follow the packet before them. */
  readonly unstamped: number;
  /** Those of them whose stamp was not believed, because it contradicts the others in log order. */
  readonly outliers: number;
  /** Corrections of 120 samples for a slow sender clock. */
  readonly driftSteps: number;
  /** Largest amount by which the placement runs ahead of the stamps: a fast sender clock, or a start held at T0. */
  readonly fastestLeadSamples: number;
  /** Largest distance between a stamp and its packet's place; undefined for an exact clock. */
  readonly largestStampDeviationSamples: number | undefined;
}

/** The packets of one track in time order, with the place of each run. */
export interface Placement {
  /** The packets kept, in time order; the very table that was passed in when nothing was left out, moved or not believed. */
  readonly packets: PacketTable;
  readonly runs: Runs;
  /** End of the last run, samples from T0; 0 for a track without packets. */
  readonly endSamples: number;
  readonly report: PlaceReport;
}

/** Dropped packets named one by one; beyond that they are only counted. */
export const DROPPED_LISTED = 100;

/** Collects runs in order; grows by doubling, because a track with DTX may have a run per packet. */
export class RunsBuilder {
  #count = 0;
  #firstPacket = new Uint32Array(64);
  #startSamples = new Float64Array(64);
  #driftStep = new Uint8Array(64);

  /** Opens a run at this packet; the run before it ends here. */
  add(firstPacket: number, startSamples: number, isDriftStep: boolean): void {
    const run = this.#count;
    if (run === this.#firstPacket.length) {
      this.#firstPacket = doubled(this.#firstPacket, new Uint32Array(run * 2));
      this.#startSamples = doubled(this.#startSamples, new Float64Array(run * 2));
      this.#driftStep = doubled(this.#driftStep, new Uint8Array(run * 2));
    }
    this.#firstPacket[run] = firstPacket;
    this.#startSamples[run] = startSamples;
    this.#driftStep[run] = isDriftStep ? 1 : 0;
    this.#count = run + 1;
  }

  /** The runs over these packets; the arrays are shared with the builder, which is not used afterwards. */
  finish(packets: PacketTable): Runs {
    const count = this.#count;
    const lengthUnits = new Uint32Array(count);
    for (let run = 0; run < count; run++) {
      const end = run + 1 < count ? (this.#firstPacket[run + 1] ?? 0) : packets.count;
      lengthUnits[run] = sum(packets.durationUnits, this.#firstPacket[run] ?? 0, end);
    }
    return {
      count,
      firstPacket: this.#firstPacket.subarray(0, count),
      startSamples: this.#startSamples.subarray(0, count),
      lengthUnits,
      driftStep: this.#driftStep.subarray(0, count),
    };
  }
}

/** End of a run in samples from T0. */
export function runEndSamples(runs: Runs, run: number): number {
  return (runs.startSamples[run] ?? 0) + (runs.lengthUnits[run] ?? 0) * FRAME_UNIT_SAMPLES;
}

/**
 * Nearest place for a position on the grid of 120 samples that runs through the track's first packet, in units
 * from that packet. Every Opus packet and every frame of silence is a whole number of units long, so this grid is
 * where packets can lie at all; halves go up, so the error `slot - position` is above -60 and at most 60 samples.
 */
export function gridSlot(positionSamples: number, firstSamples: number): number {
  return Math.round((positionSamples - firstSamples) / FRAME_UNIT_SAMPLES);
}

function sum(units: Uint8Array, first: number, end: number): number {
  if (areAlike(units, first, end)) return (units[first] ?? 0) * (end - first);
  let total = 0;
  for (let row = first; row < end; row++) total += units[row] ?? 0;
  return total;
}

function doubled<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
