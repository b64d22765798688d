import { MAX_PACKET_UNITS, packetChannels, packetUnits } from '../opus/toc.ts';
import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import type { ByteSink } from './byte-sink.ts';
import type { LogCollector } from './collector.ts';
import { MAX_POSITION_SAMPLES, RECORD_HEADER_BYTES } from './record.ts';

/** Payload of a packets record before its tables: u16 count. */
const PACKETS_FIXED_BYTES = 2;

/** Per packet: u16 size, u8 duration. */
const PACKET_TABLE_BYTES = 3;

/** Bytes a packets record takes around the payload of `count` packets: 30 and 3 each. */
export function packetsOverheadBytes(count: number): number {
  return RECORD_HEADER_BYTES + PACKETS_FIXED_BYTES + PACKET_TABLE_BYTES * count;
}

/** A group of packets that follow each other without a gap; the tables' first `count` rows are used. */
export interface PacketGroup {
  readonly count: number;
  readonly sizesBytes: Uint16Array;
  readonly units: Uint8Array;
  /** The packets back to back. */
  readonly payload: Uint8Array;
}

/** Appends a group as the payload of a packets record: count, sizes, durations, packets. */
export function serialisePackets(sink: ByteSink, group: PacketGroup): void {
  const { count, sizesBytes, units, payload } = group;
  let at = sink.reserve(PACKETS_FIXED_BYTES + PACKET_TABLE_BYTES * count);
  const { view, bytes } = sink;
  view.setUint16(at, count, true);
  at += PACKETS_FIXED_BYTES;
  for (let i = 0; i < count; i++, at += 2) view.setUint16(at, sizesBytes[i] ?? 0, true);
  bytes.set(units.subarray(0, count), at);
  sink.append(payload);
}

/** Where a packets record lies and what its header says. */
export interface PacketsRecord {
  readonly track: number;
  readonly positionSamples: number;
  /** Part that packet offsets count from, its file and the byte in it where the part begins. */
  readonly part: number;
  readonly file: string;
  readonly partByte: number;
  /** Where the window begins in the file. */
  readonly baseByte: number;
  /** The record within the window. */
  readonly startByte: number;
  readonly endByte: number;
}

/**
 * Adds the packets of a record whose checksum held to its track's table. Durations come from the packets'
 * TOC bytes; the stored ones only keep the rest in place where a packet is not Opus. Findings: `bad-header` when
 * the tables do not fit the record, `not-opus` per packet, `bad-position` when stored durations are wrong or
 * the position cannot be right. Nothing is allocated unless there is something to report.
 */
export function collectPackets(bytes: Uint8Array, record: PacketsRecord, collector: LogCollector): void {
  const { startByte, endByte, part } = record;
  const sizesAt = startByte + RECORD_HEADER_BYTES + PACKETS_FIXED_BYTES;
  const count = sizesAt <= endByte ? u16(bytes, sizesAt - PACKETS_FIXED_BYTES) : 0;
  const unitsAt = sizesAt + 2 * count;
  const payloadAt = unitsAt + count;
  if (count === 0 || payloadAt > endByte || !sizesFit(bytes, sizesAt, count, endByte - payloadAt)) {
    report(
      collector,
      record,
      'bad-header',
      'A packets record whose table does not fit its length.',
      startByte,
      endByte,
    );
    return;
  }
  let position = record.positionSamples;
  if (position > MAX_POSITION_SAMPLES) {
    report(collector, record, 'bad-position', 'A packets record far beyond any session.', startByte, endByte);
    return;
  }
  const { packets } = collector.track(record.track, packetChannels(bytes[payloadAt] ?? 0));
  const toPart = record.baseByte - record.partByte;
  let at = payloadAt;
  let contradictions = 0;
  for (let i = 0; i < count; i++) {
    const size = u16(bytes, sizesAt + 2 * i);
    const stored = bytes[unitsAt + i] ?? 0;
    const units = packetUnits(bytes, at, size);
    if (units !== 0) {
      packets.add(position, size, units, part, at + toPart);
      position += units * FRAME_UNIT_SAMPLES;
      if (units !== stored) contradictions++;
    } else {
      report(collector, record, 'not-opus', 'A packet that is not Opus.', at, at + size);
      position += Math.min(stored, MAX_PACKET_UNITS) * FRAME_UNIT_SAMPLES;
    }
    at += size;
  }
  if (contradictions > 0) {
    const reason = `Stored durations contradict ${contradictions} of ${count} packets; the packets are believed.`;
    report(collector, record, 'bad-position', reason, startByte, endByte);
  }
}

/** Whether the sizes add up to the payload. */
function sizesFit(bytes: Uint8Array, sizesAt: number, count: number, payloadBytes: number): boolean {
  let sum = 0;
  for (let at = sizesAt; at < sizesAt + 2 * count; at += 2) sum += u16(bytes, at);
  return sum === payloadBytes;
}

function report(
  collector: LogCollector,
  record: PacketsRecord,
  kind: 'bad-header' | 'not-opus' | 'bad-position',
  reason: string,
  start: number,
  end: number,
): void {
  const { file, baseByte, track } = record;
  collector.findings.add({
    kind,
    file,
    startByte: baseByte + start,
    endByte: baseByte + end,
    reason,
    track: String(track),
  });
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}
