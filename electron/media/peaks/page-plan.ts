import { crc32 } from 'node:zlib';
import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import type { PacketTable } from '../packet-table.ts';
import type { Placement } from '../timeline/placement.ts';
import { PAGE_SAMPLES } from './layout.ts';

/** A decoder has converged after 80 ms (RFC 7845 section 4.6). */
export const PRE_ROLL_SAMPLES = 3840;

/** A track's packets in their places. */
export interface PlacedPackets {
  readonly packets: PacketTable;
  /** Where the audio of each packet begins, in samples from T0: its place less the pre-skip, so maybe below 0. */
  readonly audioSamples: Float64Array;
  /** Where the last packet's audio ends; 0 without packets. */
  readonly endSamples: number;
}

/** Which packets make a page. */
export interface PageRows {
  /** Where decoding begins: at most PRE_ROLL_SAMPLES before the page, within a run. */
  readonly firstRow: number;
  readonly endRow: number;
}

/** Lays a placed track's packets out by the positions at which they are heard. */
export function placedPackets({ packets, runs }: Placement, preSkipSamples: number): PlacedPackets {
  const audioSamples = new Float64Array(packets.count);
  let at = 0;
  for (let run = 0; run < runs.count; run++) {
    at = (runs.startSamples[run] ?? 0) - preSkipSamples;
    const end = runs.firstPacket[run + 1] ?? packets.count;
    for (let row = runs.firstPacket[run] ?? 0; row < end; row++) {
      audioSamples[row] = at;
      at += (packets.durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES;
    }
  }
  return { packets, audioSamples, endSamples: Math.max(0, at) };
}

/** Where the audio of this packet ends, in samples from T0. */
export function audioEndSamples({ packets, audioSamples }: PlacedPackets, row: number): number {
  return (audioSamples[row] ?? 0) + (packets.durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES;
}

/** The first row whose audio ends after this position; `count` when there is none. */
export function rowAt(placed: PlacedPackets, positionSamples: number): number {
  let low = 0;
  let high = placed.packets.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (audioEndSamples(placed, middle) > positionSamples) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The packets of a page; undefined when it has no audio. */
export function pageRows(placed: PlacedPackets, page: number): PageRows | undefined {
  const start = page * PAGE_SAMPLES;
  const { count } = placed.packets;
  let firstRow = rowAt(placed, start);
  if (firstRow === count || (placed.audioSamples[firstRow] ?? 0) >= start + PAGE_SAMPLES) return undefined;
  let endRow = rowAt(placed, start + PAGE_SAMPLES);
  if (endRow < count && (placed.audioSamples[endRow] ?? 0) < start + PAGE_SAMPLES) endRow++;
  while (
    firstRow > 0 &&
    (placed.audioSamples[firstRow] ?? 0) > start - PRE_ROLL_SAMPLES &&
    audioEndSamples(placed, firstRow - 1) === placed.audioSamples[firstRow]
  ) {
    firstRow--;
  }
  return { firstRow, endRow };
}

/**
 * Tells one set of packets from another by their places, sizes and lengths, and by what else a page depends on: a
 * CRC-32. Their bytes are not read: a log is only ever appended to, or repaired, which moves or removes packets.
 */
export function pageFingerprint(
  placed: PlacedPackets,
  { firstRow, endRow }: PageRows,
  channels: number,
): number {
  const { audioSamples, packets } = placed;
  let crc = crc32(Uint8Array.of(channels));
  for (const column of [audioSamples, packets.sizesBytes, packets.durationUnits]) {
    const rows = column.subarray(firstRow, endRow);
    crc = crc32(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), crc);
  }
  return crc;
}
