import { crc32 } from 'node:zlib';
import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { MAX_PACKET_BYTES, MAX_PACKET_UNITS } from '../opus/toc.ts';
import type { PacketTableBuilder } from '../packet-table.ts';
import { ByteSink, getU64, setU64, viewOf } from './byte-sink.ts';
import { packetsOverheadBytes, type PacketGroup } from './packets.ts';
import { MAX_POSITION_SAMPLES } from './record.ts';

/** u32 packets, u32 groups, u32 duration runs, u32 CRC-32 of the track's payload. */
const FIXED_BYTES = 16;
/** u64 position, u32 payload offset, u16 packets. */
const GROUP_BYTES = 14;
/** u16 packets, u8 units. */
const RUN_BYTES = 3;
const SIZE_BYTES = 2;
const MAX_RUN = 0xffff;

/** Gathers the index of one track while its segment is written. */
export class TrackIndexBuilder {
  readonly #groups = new ByteSink();
  readonly #runs = new ByteSink();
  readonly #sizes = new ByteSink();
  #packetCount = 0;
  #crc32 = 0;
  #runUnits = 0;
  #runLength = 0;

  get packetCount(): number {
    return this.#packetCount;
  }

  /** The most bytes the payload of the index takes once another `count` packets are added as one group. */
  bytesWith(count: number): number {
    const now = FIXED_BYTES + this.#groups.length + this.#runs.length + this.#sizes.length;
    return now + RUN_BYTES + GROUP_BYTES + (RUN_BYTES + SIZE_BYTES) * count;
  }

  /** Adds a group whose payload lies at `payloadByte` of the segment. */
  add(positionSamples: number, payloadByte: number, group: PacketGroup): void {
    const { count, sizesBytes, units } = group;
    const groupAt = this.#groups.reserve(GROUP_BYTES);
    setU64(this.#groups.view, groupAt, positionSamples);
    this.#groups.view.setUint32(groupAt + 8, payloadByte, true);
    this.#groups.view.setUint16(groupAt + 12, count, true);
    let sizeAt = this.#sizes.reserve(SIZE_BYTES * count);
    for (let i = 0; i < count; i++, sizeAt += SIZE_BYTES) {
      this.#sizes.view.setUint16(sizeAt, sizesBytes[i] ?? 0, true);
      this.#extendRun(units[i] ?? 0);
    }
    this.#packetCount += count;
    this.#crc32 = crc32(group.payload, this.#crc32);
  }

  /** Appends the payload of the index record. Nothing is added afterwards. */
  serialise(sink: ByteSink): void {
    this.#closeRun();
    sink.u32(this.#packetCount);
    sink.u32(this.#groups.length / GROUP_BYTES);
    sink.u32(this.#runs.length / RUN_BYTES);
    sink.u32(this.#crc32);
    for (const table of [this.#groups, this.#runs, this.#sizes])
      sink.append(table.bytes.subarray(0, table.length));
  }

  #extendRun(units: number): void {
    if (units !== this.#runUnits || this.#runLength === MAX_RUN) {
      this.#closeRun();
      this.#runUnits = units;
    }
    this.#runLength++;
  }

  #closeRun(): void {
    if (this.#runLength === 0) return;
    this.#runs.u16(this.#runLength);
    this.#runs.u8(this.#runUnits);
    this.#runLength = 0;
  }
}

/** The index of one track, checked from end to end, its tables still in the bytes they were read from. */
export interface TrackIndex {
  readonly bytes: Uint8Array;
  readonly packetCount: number;
  readonly crc32: number;
  readonly groupsAt: number;
  readonly runsAt: number;
  readonly sizesAt: number;
}

/**
 * Checks the payload `bytes[start, end)` of an index record, whose checksum held. Undefined unless all
 * counts agree with each other and with the length, and every group lies, after those before it, within the bytes
 * `[firstByte, endByte)` of the segment.
 */
export function parseTrackIndex(
  bytes: Uint8Array,
  start: number,
  end: number,
  firstByte: number,
  endByte: number,
): TrackIndex | undefined {
  if (end - start < FIXED_BYTES) return undefined;
  const view = viewOf(bytes);
  const packetCount = view.getUint32(start, true);
  const groupsAt = start + FIXED_BYTES;
  const runsAt = groupsAt + view.getUint32(start + 4, true) * GROUP_BYTES;
  const sizesAt = runsAt + view.getUint32(start + 8, true) * RUN_BYTES;
  if (sizesAt + packetCount * SIZE_BYTES !== end) return undefined;
  if (!runsFit(bytes, runsAt, sizesAt, packetCount)) return undefined;
  let row = 0;
  let free = firstByte;
  for (let at = groupsAt; at < runsAt; at += GROUP_BYTES) {
    const count = view.getUint16(at + 12, true);
    const payloadByte = view.getUint32(at + 8, true);
    if (count === 0 || count > packetCount - row || getU64(view, at) > MAX_POSITION_SAMPLES) return undefined;
    if (payloadByte < free + packetsOverheadBytes(count)) return undefined;
    free = payloadByte;
    for (const groupEnd = row + count; row < groupEnd; row++) {
      const size = u16(bytes, sizesAt + SIZE_BYTES * row);
      if (size === 0 || size > MAX_PACKET_BYTES) return undefined;
      free += size;
    }
    if (free > endByte) return undefined;
  }
  if (row !== packetCount) return undefined;
  return { bytes, packetCount, crc32: view.getUint32(start + 12, true), groupsAt, runsAt, sizesAt };
}

/** Whether the runs cover all packets with durations that exist. */
function runsFit(bytes: Uint8Array, runsAt: number, endAt: number, packetCount: number): boolean {
  let covered = 0;
  for (let at = runsAt; at < endAt; at += RUN_BYTES) {
    const length = u16(bytes, at);
    const units = bytes[at + 2] ?? 0;
    if (length === 0 || units === 0 || units > MAX_PACKET_UNITS) return false;
    covered += length;
  }
  return covered === packetCount;
}

/** Adds the packets of an index to a track's table. */
export function collectIndex(index: TrackIndex, packets: PacketTableBuilder, part: number): void {
  const { bytes, packetCount, groupsAt, runsAt, sizesAt } = index;
  const view = viewOf(bytes);
  const { positionsSamples, sizesBytes, durationUnits, offsetsBytes } = packets.extend(packetCount, part);
  for (let at = runsAt, row = 0; at < sizesAt; at += RUN_BYTES) {
    const length = u16(bytes, at);
    durationUnits.fill(bytes[at + 2] ?? 0, row, row + length);
    row += length;
  }
  let row = 0;
  for (let at = groupsAt; at < runsAt; at += GROUP_BYTES) {
    let position = getU64(view, at);
    let offset = view.getUint32(at + 8, true);
    for (const end = row + view.getUint16(at + 12, true); row < end; row++) {
      const size = view.getUint16(sizesAt + SIZE_BYTES * row, true);
      positionsSamples[row] = position;
      sizesBytes[row] = size;
      offsetsBytes[row] = offset;
      position += (durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES;
      offset += size;
    }
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}
