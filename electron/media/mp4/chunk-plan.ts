import { FRAME_UNIT_SAMPLES, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { RunList } from './run-list.ts';
import type { FillerSegment, LoggedSegment, SampleSegment } from './sample-table.ts';

/**
 * The chunks of one track: number k holds the packets that start within second k of its media, so that the chunk tables
 * stay small and several tracks play from one reading.
 * No packet lasts a second, so every chunk but those after the last packet holds at least one.
 */
export interface TrackChunks {
  /** Payload bytes of each chunk: at most 400 packets a second, below 25 MB. */
  readonly sizesBytes: Uint32Array;
  /** Packets of each chunk. */
  readonly sampleCounts: Uint32Array;
  /** Runs of chunks with equally many packets. */
  readonly runs: RunList;
  readonly payloadBytes: number;
}

/** The order of all chunks in the file; row i of every column describes chunk i. */
export interface ChunkOrder {
  readonly count: number;
  /** Index of the track. */
  readonly tracks: Uint16Array;
  readonly sampleCounts: Uint32Array;
  readonly sizesBytes: Uint32Array;
}

/**
 * Divides the samples of one track, which last `durationSamples`, into chunks.
 * @param chunkSamples the media time that one spans, whole units of 120 samples.
 */
export function planChunks(
  segments: readonly SampleSegment[],
  durationSamples: number,
  chunkSamples = SAMPLE_RATE,
): TrackChunks {
  const chunkUnits = chunkSamples / FRAME_UNIT_SAMPLES;
  const cutter = new ChunkCutter(Math.ceil(durationSamples / chunkSamples), chunkUnits);
  for (const segment of segments) {
    if (segment.kind === 'logged') cutter.addLogged(segment);
    else cutter.addFiller(segment);
  }
  return cutter.finish();
}

/** Lays the chunks of several tracks by second, and within one second by track. */
export function interleave(plans: readonly TrackChunks[]): ChunkOrder {
  const count = plans.reduce((sum, plan) => sum + plan.sampleCounts.length, 0);
  const order = {
    count,
    tracks: new Uint16Array(count),
    sampleCounts: new Uint32Array(count),
    sizesBytes: new Uint32Array(count),
  };
  const [only, ...others] = plans;
  if (only !== undefined && others.length === 0) {
    order.sampleCounts.set(only.sampleCounts);
    order.sizesBytes.set(only.sizesBytes);
    return order;
  }
  let row = 0;
  for (let second = 0; row < count; second++) {
    for (const [track, plan] of plans.entries()) {
      if (second >= plan.sampleCounts.length) continue;
      order.tracks[row] = track;
      order.sampleCounts[row] = plan.sampleCounts[second] ?? 0;
      order.sizesBytes[row] = plan.sizesBytes[second] ?? 0;
      row += 1;
    }
  }
  return order;
}

class ChunkCutter {
  readonly #sizesBytes: Uint32Array;
  readonly #sampleCounts: Uint32Array;
  readonly #runs = new RunList();
  #chunk = 0;
  #samples = 0;
  #sizeBytes = 0;
  #payloadBytes = 0;
  #timeUnits = 0;
  readonly #chunkUnits: number;
  #endUnits: number;

  constructor(chunks: number, chunkUnits: number) {
    this.#sizesBytes = new Uint32Array(chunks);
    this.#sampleCounts = new Uint32Array(chunks);
    this.#chunkUnits = chunkUnits;
    this.#endUnits = chunkUnits;
  }

  addLogged({ sizesBytes, durationUnits, first, count }: LoggedSegment): void {
    const end = first + count;
    for (let row = first; row < end;) {
      const start = row;
      const endUnits = this.#open();
      let timeUnits = this.#timeUnits;
      let sizeBytes = 0;
      while (row < end && timeUnits < endUnits) {
        sizeBytes += sizesBytes[row] ?? 0;
        timeUnits += durationUnits[row] ?? 0;
        row += 1;
      }
      this.#grow(row - start, sizeBytes, timeUnits - this.#timeUnits);
    }
  }

  addFiller({ sizeBytes, units, count }: FillerSegment): void {
    for (let left = count; left > 0;) {
      const untilEnd = Math.ceil((this.#open() - this.#timeUnits) / units);
      const samples = Math.min(left, untilEnd);
      this.#grow(samples, samples * sizeBytes, samples * units);
      left -= samples;
    }
  }

  finish(): TrackChunks {
    if (this.#samples > 0) this.#cut();
    return {
      sizesBytes: this.#sizesBytes.subarray(0, this.#chunk),
      sampleCounts: this.#sampleCounts.subarray(0, this.#chunk),
      runs: this.#runs,
      payloadBytes: this.#payloadBytes,
    };
  }

  /** Starts the next chunk where this one's time is over; the time at which the chunk that is open ends. */
  #open(): number {
    if (this.#timeUnits >= this.#endUnits) {
      this.#cut();
      this.#endUnits += this.#chunkUnits;
    }
    return this.#endUnits;
  }

  #grow(samples: number, sizeBytes: number, units: number): void {
    this.#samples += samples;
    this.#sizeBytes += sizeBytes;
    this.#timeUnits += units;
  }

  #cut(): void {
    this.#sizesBytes[this.#chunk] = this.#sizeBytes;
    this.#sampleCounts[this.#chunk] = this.#samples;
    this.#runs.add(1, this.#samples);
    this.#payloadBytes += this.#sizeBytes;
    this.#chunk += 1;
    this.#samples = 0;
    this.#sizeBytes = 0;
  }
}
