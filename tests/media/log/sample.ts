import { crc32 } from 'node:zlib';
import { LogCollector, type CollectorOptions } from '../../../electron/media/log/collector.ts';
import { IndexReader } from '../../../electron/media/log/index-reader.ts';
import { SegmentScanner } from '../../../electron/media/log/scan.ts';
import { segmentFile } from '../../../electron/media/log/segment.ts';
import type { TrackInfo } from '../../../electron/media/log/track-info.ts';
import { LogWriter, type LogChunk, type LogWriterOptions } from '../../../electron/media/log/writer.ts';

export const SESSION_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const T0_UNIX_MICROS = 1_763_705_000_000_000;

export function trackInfo(id: number, name = `Player ${id}`): TrackInfo {
  return { id, name, channels: 1, preSkipSamples: 312, inputRate: 48_000 };
}

/** A writer of a session that starts at a fixed moment. */
export function writerOf(tracks: readonly TrackInfo[], options: Partial<LogWriterOptions> = {}): LogWriter {
  const clock = () => ({ wallUnixMicros: T0_UNIX_MICROS, monotonicMicros: 5_000_000 });
  const identity = { sessionId: SESSION_ID, t0UnixMicros: T0_UNIX_MICROS, zone: 'Europe/Oslo', tracks };
  return new LogWriter(identity, { clock, ...options });
}

/** A 20 ms packet (configuration 15, one frame) whose content tells it from others. */
export function packet(seed: number, sizeBytes = 6): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, i) => (i === 0 ? 0x78 : (seed * 37 + i * 11) & 0xff));
}

/** The segments' bytes, first segment first. */
export function segmentsOf(chunks: readonly LogChunk[]): Uint8Array[] {
  const last = chunks.at(-1)?.segment ?? 0;
  return Array.from({ length: last }, (_, i) =>
    Uint8Array.from(
      Buffer.concat(chunks.filter(({ segment }) => segment === i + 1).map(({ bytes }) => bytes)),
    ),
  );
}

/** Presents a segment to a scanner as a driver does: `steps` bytes more each time, in turn. */
export function scanInto(
  collector: LogCollector,
  file: string,
  bytes: Uint8Array,
  steps: readonly number[] = [bytes.length],
): void {
  const scanner = new SegmentScanner(collector, file);
  let base = 0;
  let end = 0;
  for (let turn = 0; ; turn++) {
    end = Math.min(bytes.length, end + (steps[turn % steps.length] ?? 1));
    const final = end === bytes.length;
    base += scanner.scan(bytes.slice(base, end), base, final);
    if (final) return;
  }
}

export function scanAll(
  segments: readonly Uint8Array[],
  options: CollectorOptions = {},
  steps?: readonly number[],
): LogCollector {
  const collector = new LogCollector(options);
  segments.forEach((bytes, i) => scanInto(collector, segmentFile(i + 1), bytes, steps ?? [bytes.length]));
  return collector;
}

/** Reads one segment by its index; returns whether it was accepted and how many bytes were read. */
export function readIndex(
  collector: LogCollector,
  file: string,
  bytes: Uint8Array,
): { accepted: boolean; bytesRead: number } {
  const reader = new IndexReader(collector, file, bytes.length);
  let bytesRead = 0;
  for (let range = reader.wants; range !== undefined; range = reader.wants) {
    bytesRead += range.endByte - range.startByte;
    reader.give(bytes.slice(range.startByte, range.endByte));
  }
  return { accepted: reader.accepted, bytesRead };
}

/** Everything a collector holds, as plain values, payload checks aside. */
export function contentOf(collector: LogCollector) {
  const tracks = [...collector.tracks.values()].map(({ info, assumed, packets }) => {
    const { count, positionsSamples, sizesBytes, durationUnits, parts, offsetsBytes } = packets.finish();
    const columns = [positionsSamples, sizesBytes, durationUnits, parts, offsetsBytes].map((c) =>
      Array.from(c),
    );
    return { info, assumed, count, columns };
  });
  const { parts, segments, anchors, markers, events, endSamples, unknownRecords, sessionId } = collector;
  return { tracks, parts, segments, anchors, markers, events, endSamples, unknownRecords, sessionId };
}

/** What was found wrong, as kind and byte range. */
export function damageOf(collector: LogCollector): [kind: string, startByte: number, endByte: number][] {
  return collector.findings.kept.map(({ kind, startByte, endByte }) => [kind, startByte, endByte]);
}

/** Positions of a track's packets. */
export function positionsOf(collector: LogCollector, track: number): number[] {
  return Array.from(collector.tracks.get(track)?.packets.finish().positionsSamples ?? []);
}

/** Where each record of undamaged bytes begins, the end of the last one appended; by lengths alone. */
export function recordStarts(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const starts = [view.getUint32(12, true)];
  for (let at = starts[0] ?? 0; at < bytes.length; starts.push(at)) at += 28 + view.getUint32(at + 16, true);
  return starts;
}

/** A small sealed segment with two tracks and every type of record. */
export function smallLog(): Uint8Array {
  const writer = writerOf([trackInfo(1), trackInfo(2)], { groupPackets: 2 });
  writer.anchor({ positionSamples: 0, monotonicMicros: 5_000_000 });
  for (let i = 0; i < 4; i++) {
    writer.add(1, i * 960, [packet(i)]);
    writer.add(2, i * 960, [packet(i + 100, 5)]);
  }
  writer.marker({ positionSamples: 1000, kind: 'slate', name: 'take 1' });
  writer.track(1200, trackInfo(1, 'Zoë'));
  writer.event({ positionSamples: 1300, track: 2, kind: 'muted', label: 'USB' });
  writer.end(4 * 960);
  return segmentsOf(writer.commit())[0] ?? new Uint8Array();
}

/** A copy with the record at `at` rewritten and its checksum made right again: a writer's fault, not a disk's. */
export function forged(bytes: Uint8Array, at: number, change: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer, at);
  change(view);
  const end = at + 28 + view.getUint32(16, true);
  view.setUint32(8, crc32(copy.subarray(at + 12, end)), true);
  return copy;
}
