import { type Box, boundedCount, findBox, fullBox, type ReadContext, tooShort } from './read-boxes.ts';
import { type SampleColumns, SampleTable } from './read-samples.ts';

/**
 * The sample table of a progressive track from the children of its `stbl` (ISO/IEC 14496-12 sections 8.6 and
 * 8.7). Tables that contradict each other are findings; the samples that all of them know are kept.
 */
export function readSampleTable(stbl: readonly Box[], context: ReadContext): SampleTable {
  const sizes = readSizes(findBox(stbl, 'stsz') ?? findBox(stbl, 'stz2'), context);
  const chunkOffsetsBytes = readChunkOffsets(findBox(stbl, 'stco') ?? findBox(stbl, 'co64'), context);
  const stsc = findBox(stbl, 'stsc');
  const runs = readChunkRuns(stsc, chunkOffsetsBytes.length, context);
  const stts = findBox(stbl, 'stts');
  const [deltaCounts, deltas] = readPairs(stts, context);

  const placed = samplesInChunks(runs, chunkOffsetsBytes.length);
  if (stsc !== undefined && placed !== sizes.count) {
    const reason = `chunks hold ${placed} samples, the size table ${sizes.count}`;
    context.find('bad-table', stsc.startByte, stsc.endByte, reason);
  }
  let timed = 0;
  for (const count of deltaCounts) timed += count;
  if (stts !== undefined && timed !== sizes.count) {
    const reason = `the time table counts ${timed} samples, the size table ${sizes.count}`;
    context.find('bad-table', stts.startByte, stts.endByte, reason);
  }
  const columns: SampleColumns = {
    ...sizes,
    count: Math.min(placed, sizes.count),
    deltaCounts,
    deltas,
    chunkOffsetsBytes,
    ...runs,
    anchorSamples: new Uint32Array(0),
    anchorTimes: new Float64Array(0),
  };
  return new SampleTable(columns);
}

/** A finding when samples of a table lie beyond the file. */
export function checkWithinFile(table: SampleTable, what: string, context: ReadContext): void {
  let outside = 0;
  let chunks = 0;
  let startByte = Infinity;
  let endByte = 0;
  table.forEachChunk((offsetBytes, sizeBytes, _first, sampleCount) => {
    if (offsetBytes + sizeBytes <= context.sizeBytes) return;
    outside += sampleCount;
    chunks++;
    startByte = Math.min(startByte, offsetBytes);
    endByte = Math.max(endByte, offsetBytes + sizeBytes);
  });
  if (chunks === 0) return;
  const reason = `${what}: ${chunks} chunks with ${outside} samples reach beyond the file's ${context.sizeBytes} bytes`;
  context.find('outside-file', startByte, endByte, reason);
}

type Sizes = Pick<SampleColumns, 'count' | 'constantSizeBytes' | 'sizesBytes'>;

/** Sample sizes: `stsz` or `stz2` (ISO/IEC 14496-12 sections 8.7.3.2 and 8.7.3.3). */
function readSizes(box: Box | undefined, context: ReadContext): Sizes {
  const none: Sizes = { count: 0, constantSizeBytes: 0, sizesBytes: new Uint32Array(0) };
  if (box === undefined) return none;
  const { reader } = fullBox(box);
  const size = reader.u32();
  const claimed = reader.u32();
  if (reader.overran) {
    tooShort(box, context);
    return none;
  }
  if (box.type === 'stsz' && size !== 0) {
    // Nothing in the box bounds this count, only the file does: samples that fill it more than once are none.
    const count = Math.min(claimed, Math.floor(context.sizeBytes / size));
    if (count < claimed) {
      const reason = `${claimed} samples of ${size} bytes are more than the file holds`;
      context.find('bad-table', box.startByte, box.endByte, reason);
    }
    return { ...none, count, constantSizeBytes: size };
  }
  const bits = box.type === 'stz2' ? size & 0xff : 32;
  if (bits !== 4 && bits !== 8 && bits !== 16 && bits !== 32) {
    context.find('bad-table', box.startByte, box.endByte, `sample sizes of ${bits} bits do not exist`);
    return none;
  }
  const count = boundedCount(box, reader, claimed, bits / 8, context);
  const sizesBytes = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    if (bits === 32) sizesBytes[i] = reader.u32();
    else if (bits === 16) sizesBytes[i] = reader.u16();
    else if (bits === 8) sizesBytes[i] = reader.u8();
    else {
      const pair = reader.u8();
      sizesBytes[i] = pair >> 4;
      if (++i < count) sizesBytes[i] = pair & 15;
    }
  }
  return { count, constantSizeBytes: 0, sizesBytes };
}

/** Chunk offsets of 32 or 64 bits (ISO/IEC 14496-12 section 8.7.5). */
function readChunkOffsets(box: Box | undefined, context: ReadContext): Float64Array {
  if (box === undefined) return new Float64Array(0);
  const { reader } = fullBox(box);
  const wide = box.type === 'co64';
  const count = boundedCount(box, reader, reader.u32(), wide ? 8 : 4, context);
  const offsets = new Float64Array(count);
  for (let i = 0; i < count; i++) offsets[i] = wide ? reader.u64() : reader.u32();
  return offsets;
}

type ChunkRuns = Pick<SampleColumns, 'runFirstChunks' | 'runChunkSamples'>;

/** Samples per chunk (ISO/IEC 14496-12 section 8.7.4); first chunks become indexes from 0. */
function readChunkRuns(box: Box | undefined, chunks: number, context: ReadContext): ChunkRuns {
  if (box === undefined) return { runFirstChunks: new Uint32Array(0), runChunkSamples: new Uint32Array(0) };
  const { reader } = fullBox(box);
  const count = boundedCount(box, reader, reader.u32(), 12, context);
  const runFirstChunks = new Uint32Array(count);
  const runChunkSamples = new Uint32Array(count);
  let kept = 0;
  for (; kept < count; kept++) {
    const first = reader.u32();
    const samples = reader.u32();
    reader.skip(4);
    const expected = kept === 0 ? first === 1 : first - 1 > (runFirstChunks[kept - 1] ?? 0);
    if (!expected || first > chunks || samples === 0) {
      const reason = `chunk run ${kept + 1} (chunk ${first} of ${chunks}, ${samples} samples each) cannot be`;
      context.find('bad-table', box.startByte, box.endByte, reason);
      break;
    }
    runFirstChunks[kept] = first - 1;
    runChunkSamples[kept] = samples;
  }
  return {
    runFirstChunks: runFirstChunks.subarray(0, kept),
    runChunkSamples: runChunkSamples.subarray(0, kept),
  };
}

function samplesInChunks(runs: ChunkRuns, chunks: number): number {
  let samples = 0;
  for (let run = 0; run < runs.runFirstChunks.length; run++) {
    const end = runs.runFirstChunks[run + 1] ?? chunks;
    samples += (end - (runs.runFirstChunks[run] ?? 0)) * (runs.runChunkSamples[run] ?? 0);
  }
  return samples;
}

/** Two columns of 32 bits, as in `stts` (ISO/IEC 14496-12 section 8.6.1.2). */
function readPairs(box: Box | undefined, context: ReadContext): [Uint32Array, Uint32Array] {
  if (box === undefined) return [new Uint32Array(0), new Uint32Array(0)];
  const { reader } = fullBox(box);
  const count = boundedCount(box, reader, reader.u32(), 8, context);
  const counts = new Uint32Array(count);
  const values = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    counts[i] = reader.u32();
    values[i] = reader.u32();
  }
  return [counts, values];
}
