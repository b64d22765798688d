import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { areAlike } from '../packet-table.ts';
import { RunList } from './run-list.ts';
import type { SampleSegment } from './sample-table.ts';

/** The samples of a stretch in memory; rows beyond `count` mean nothing. */
export interface WalkedSamples {
  readonly count: number;
  readonly sizesBytes: Uint16Array;
  /** At 48 kHz. */
  readonly durationsTicks: Uint32Array;
  /** Runs of 0 for recorded samples and 1 for laid ones. */
  readonly fill: RunList;
}

/** Steps through the segments of a track a stretch at a time, in memory that is used again. */
export class SampleWalk {
  readonly #segments: readonly SampleSegment[];
  #sizesBytes = new Uint16Array(128);
  #durationsTicks = new Uint32Array(128);
  #segment = 0;
  /** Samples of the segment that were taken. */
  #taken = 0;

  constructor(segments: readonly SampleSegment[]) {
    this.#segments = segments;
  }

  /** The next `count` samples, valid until the next call. */
  next(count: number): WalkedSamples {
    if (this.#sizesBytes.length < count) {
      this.#sizesBytes = new Uint16Array(count);
      this.#durationsTicks = new Uint32Array(count);
    }
    const fill = new RunList();
    for (let row = 0; row < count;) {
      const segment = this.#segments[this.#segment];
      if (segment === undefined) throw new RangeError(`expected ${count} more samples, got ${row}`);
      const taken = Math.min(count - row, segment.count - this.#taken);
      this.#copy(segment, row, taken);
      fill.add(taken, segment.kind === 'filler' ? 1 : 0);
      row += taken;
      this.#taken += taken;
      if (this.#taken === segment.count) {
        this.#segment += 1;
        this.#taken = 0;
      }
    }
    return { count, sizesBytes: this.#sizesBytes, durationsTicks: this.#durationsTicks, fill };
  }

  #copy(segment: SampleSegment, row: number, count: number): void {
    if (segment.kind === 'filler') {
      this.#sizesBytes.fill(segment.sizeBytes, row, row + count);
      this.#durationsTicks.fill(segment.units * FRAME_UNIT_SAMPLES, row, row + count);
      return;
    }
    const from = segment.first + this.#taken;
    const { sizesBytes, durationUnits } = segment;
    this.#sizesBytes.set(sizesBytes.subarray(from, from + count), row);
    if (areAlike(durationUnits, from, from + count)) {
      this.#durationsTicks.fill((durationUnits[from] ?? 0) * FRAME_UNIT_SAMPLES, row, row + count);
      return;
    }
    for (let i = 0; i < count; i++) {
      this.#durationsTicks[row + i] = (durationUnits[from + i] ?? 0) * FRAME_UNIT_SAMPLES;
    }
  }
}
