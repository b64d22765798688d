/**
 * Where the samples of a track lie and when they play, in typed arrays, the same for progressive and fragmented
 * files: a progressive track's tables as stored, a fragment's runs appended as one chunk each.
 */
export interface SampleColumns {
  readonly count: number;
  /** Size of every sample; 0 where each has its own in `sizesBytes`. */
  readonly constantSizeBytes: number;
  /** One row per sample, or none when all have the same size. */
  readonly sizesBytes: Uint32Array;
  /** Runs of samples that last equally long: how many, and how long in the media timescale. */
  readonly deltaCounts: Uint32Array;
  readonly deltas: Uint32Array;
  /** One row per chunk, in the order of the samples. */
  readonly chunkOffsetsBytes: Float64Array;
  /** Runs of chunks with equally many samples: the first chunk from 0, and the samples in each. */
  readonly runFirstChunks: Uint32Array;
  readonly runChunkSamples: Uint32Array;
  /** Samples whose time is stated rather than the end of the one before, in ascending order (`tfdt`). */
  readonly anchorSamples: Uint32Array;
  readonly anchorTimes: Float64Array;
}

/** Takes a chunk: its place, its size, the index of its first sample and how many follow each other in it. */
export type ChunkVisitor = (
  offsetBytes: number,
  sizeBytes: number,
  firstSample: number,
  sampleCount: number,
) => void;

/** The samples of a track. Both ways through them, by chunk and by sample, allocate nothing on the way. */
export class SampleTable {
  readonly columns: SampleColumns;

  constructor(columns: SampleColumns) {
    this.columns = columns;
  }

  get count(): number {
    return this.columns.count;
  }

  get chunkCount(): number {
    return this.columns.chunkOffsetsBytes.length;
  }

  sizeBytes(sample: number): number {
    const { constantSizeBytes, sizesBytes } = this.columns;
    return constantSizeBytes === 0 ? (sizesBytes[sample] ?? 0) : constantSizeBytes;
  }

  /** Visits every chunk that has samples, in the order of the samples. */
  forEachChunk(visit: ChunkVisitor): void {
    const { count, constantSizeBytes, sizesBytes, chunkOffsetsBytes, runFirstChunks, runChunkSamples } =
      this.columns;
    let sample = 0;
    for (let run = 0; run < runFirstChunks.length; run++) {
      const perChunk = runChunkSamples[run] ?? 0;
      const endChunk = Math.min(
        runFirstChunks[run + 1] ?? chunkOffsetsBytes.length,
        chunkOffsetsBytes.length,
      );
      for (let chunk = runFirstChunks[run] ?? 0; chunk < endChunk && sample < count; chunk++) {
        const end = Math.min(count, sample + perChunk);
        if (end === sample) break;
        let size = constantSizeBytes * (end - sample);
        if (constantSizeBytes === 0) for (let i = sample; i < end; i++) size += sizesBytes[i] ?? 0;
        visit(chunkOffsetsBytes[chunk] ?? 0, size, sample, end - sample);
        sample = end;
      }
    }
  }

  /** Payload of all samples. */
  totalBytes(): number {
    const { count, constantSizeBytes, sizesBytes } = this.columns;
    if (constantSizeBytes !== 0) return constantSizeBytes * count;
    let total = 0;
    for (let i = 0; i < count; i++) total += sizesBytes[i] ?? 0;
    return total;
  }

  /** End of the last sample in the media timescale. */
  durationTicks(): number {
    const { count, anchorSamples, anchorTimes } = this.columns;
    const last = anchorSamples.length - 1;
    const from = last < 0 ? 0 : (anchorSamples[last] ?? 0);
    return (last < 0 ? 0 : (anchorTimes[last] ?? 0)) + this.#ticksBetween(from, count);
  }

  cursor(): SampleCursor {
    return new SampleCursor(this.columns);
  }

  /** Sum of the durations of samples `first` to `end`, by whole runs. */
  #ticksBetween(first: number, end: number): number {
    const { deltaCounts, deltas } = this.columns;
    let ticks = 0;
    let sample = 0;
    for (let run = 0; run < deltaCounts.length && sample < end; run++) {
      const runEnd = sample + (deltaCounts[run] ?? 0);
      const samples = Math.min(runEnd, end) - Math.max(sample, first);
      if (samples > 0) ticks += samples * (deltas[run] ?? 0);
      sample = runEnd;
    }
    return ticks;
  }
}

/**
 * Walks the samples in order: after `next()` returned true, the fields describe sample `index`. One cursor
 * serves a whole track, so hours of packets cost no object each.
 */
export class SampleCursor {
  index = -1;
  offsetBytes = 0;
  sizeBytes = 0;
  /** Decode time and duration in the media timescale. */
  timeTicks = 0;
  durationTicks = 0;
  readonly #columns: SampleColumns;
  #chunk = -1;
  #chunkRun = 0;
  #leftInChunk = 0;
  #deltaRun = -1;
  #leftInDelta = 0;
  #anchor = 0;

  constructor(columns: SampleColumns) {
    this.#columns = columns;
  }

  /** Moves to the next sample; false after the last. */
  next(): boolean {
    const columns = this.#columns;
    const index = this.index + 1;
    if (index >= columns.count) return false;
    if (this.#leftInChunk === 0) {
      if (!this.#nextChunk()) return false;
    } else this.offsetBytes += this.sizeBytes;
    this.#leftInChunk--;
    this.sizeBytes =
      columns.constantSizeBytes === 0 ? (columns.sizesBytes[index] ?? 0) : columns.constantSizeBytes;
    this.timeTicks += this.durationTicks;
    if (columns.anchorSamples[this.#anchor] === index) {
      this.timeTicks = columns.anchorTimes[this.#anchor] ?? 0;
      this.#anchor++;
    }
    while (this.#leftInDelta === 0 && this.#deltaRun < columns.deltaCounts.length) {
      this.#deltaRun++;
      this.#leftInDelta = columns.deltaCounts[this.#deltaRun] ?? 0;
      this.durationTicks = columns.deltas[this.#deltaRun] ?? 0;
    }
    if (this.#leftInDelta > 0) this.#leftInDelta--;
    this.index = index;
    return true;
  }

  #nextChunk(): boolean {
    const { chunkOffsetsBytes, runFirstChunks, runChunkSamples } = this.#columns;
    this.#chunk++;
    while (this.#chunk >= (runFirstChunks[this.#chunkRun + 1] ?? Infinity)) this.#chunkRun++;
    this.#leftInChunk = runChunkSamples[this.#chunkRun] ?? 0;
    this.offsetBytes = chunkOffsetsBytes[this.#chunk] ?? 0;
    return this.#chunk < chunkOffsetsBytes.length && this.#leftInChunk > 0;
  }
}
