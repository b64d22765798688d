import { EMPTY_PEAK, PEAK_LEVELS } from '../../shared/model/peaks.ts';
import {
  blockSamples,
  CHUNK_BLOCKS,
  joinBlocks,
  levelFor,
  type PeakChunk,
  type PeakStore,
} from './peak-store.ts';

/** One number a column: lowest and highest sample and root mean square; lowest above highest where there is no audio. */
export interface Columns {
  readonly lowest: Int16Array;
  readonly highest: Int16Array;
  readonly rms: Uint16Array;
}

export function makeColumns(count: number): Columns {
  return { lowest: new Int16Array(count), highest: new Int16Array(count), rms: new Uint16Array(count) };
}

const joined = new Float64Array(4);
/** The chunk last read of each level: columns go from left to right, and a thousand of them share one. */
const heldIndex = new Int32Array(PEAK_LEVELS);
const held: (PeakChunk | undefined)[] = Array.from({ length: PEAK_LEVELS });

/**
 * Fills columns of equal width from the fitting level of a player's peaks, from a coarser one where that has not
 * come yet.
 * @param firstColumn number of the first column, counted from T0
 * @returns whether all of it is final
 */
export function fillColumns(
  store: PeakStore,
  playerId: string,
  firstColumn: number,
  samplesPerColumn: number,
  columns: Columns,
): boolean {
  const level = levelFor(samplesPerColumn);
  const count = columns.lowest.length;
  let final = true;
  heldIndex.fill(-1);
  for (let column = 0; column < count; column += 1) {
    const start = (firstColumn + column) * samplesPerColumn;
    const end = start + samplesPerColumn;
    joined[0] = EMPTY_PEAK.lowest;
    joined[1] = EMPTY_PEAK.highest;
    joined[2] = 0;
    joined[3] = 0;
    if (end > 0 && !join(store, playerId, level, Math.max(0, start), end)) {
      final = false;
      // What is there of a chunk that still fills in is shown as it is.
      for (let coarser = level + 1; joined[3] === 0 && coarser < PEAK_LEVELS; coarser += 1) {
        if (peekInto(store, playerId, coarser, Math.max(0, start), end)) break;
      }
    }
    columns.lowest[column] = joined[0];
    columns.highest[column] = joined[1];
    const blocks = joined[3];
    columns.rms[column] = blocks === 0 ? 0 : Math.sqrt(joined[2] / blocks);
  }
  held.fill(undefined);
  return final;
}

function join(store: PeakStore, playerId: string, level: number, start: number, end: number): boolean {
  const size = blockSamples(level);
  const firstBlock = Math.floor(start / size);
  const endBlock = Math.max(firstBlock + 1, Math.ceil(end / size));
  let final = true;
  for (let block = firstBlock; block < endBlock;) {
    const index = Math.floor(block / CHUNK_BLOCKS);
    const chunkEnd = Math.min(endBlock, (index + 1) * CHUNK_BLOCKS);
    if (heldIndex[level] !== index) {
      held[level] = store.chunk(playerId, level, index);
      heldIndex[level] = index;
    }
    const chunk = held[level];
    const offset = index * CHUNK_BLOCKS;
    if (chunk !== undefined) joinBlocks(chunk.fields, block - offset, chunkEnd - offset, joined);
    if (chunk?.complete !== true) final = false;
    block = chunkEnd;
  }
  return final;
}

function peekInto(store: PeakStore, playerId: string, level: number, start: number, end: number): boolean {
  const size = blockSamples(level);
  const block = Math.floor(start / size);
  const index = Math.floor(block / CHUNK_BLOCKS);
  if (heldIndex[level] !== index) {
    held[level] = store.peek(playerId, level, index);
    heldIndex[level] = index;
  }
  const chunk = held[level];
  if (chunk === undefined || chunk.fields.length === 0) return false;
  joinBlocks(
    chunk.fields,
    block - index * CHUNK_BLOCKS,
    Math.ceil(end / size) - index * CHUNK_BLOCKS,
    joined,
  );
  return true;
}
