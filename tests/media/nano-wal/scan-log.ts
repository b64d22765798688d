import type { Finding } from '../../../shared/model/finding.ts';
import { NanoCollector, type NanoTrack } from '../../../electron/media/nano-wal/collector.ts';
import { MAX_UNREAD_BYTES } from '../../../electron/media/nano-wal/frame.ts';
import { NanoScanner } from '../../../electron/media/nano-wal/scan.ts';
import { nanoFileName } from '../../support/nano-wal-writer.ts';

/** A packet as the scanner found it. `ms` is undefined where it carries no time. */
export interface ScannedPacket {
  readonly ms: number | undefined;
  readonly units: number;
  readonly offset: number;
  readonly bytes: Buffer;
}

export const ALICE = `wal/${nanoFileName('Alice')}`;

/**
 * Scans one log whole, or in windows that grow by the sizes `nextBlock` gives until the scanner takes bytes.
 * @throws when the scanner leaves more unread than it says.
 */
export function scanLog(
  log: Uint8Array,
  options: { file?: string; collector?: NanoCollector; nextBlock?: () => number } = {},
): NanoCollector {
  const { file = ALICE, collector = new NanoCollector(), nextBlock = () => log.length } = options;
  const scanner = new NanoScanner(collector, file);
  let at = 0;
  let end = 0;
  for (;;) {
    end = Math.min(log.length, end + Math.max(1, nextBlock()));
    const final = end === log.length;
    const consumed = scanner.scan(log.subarray(at, end), at, final);
    at += consumed;
    if (end - at > MAX_UNREAD_BYTES) throw new Error(`${end - at} bytes were left unread`);
    if (final) return collector;
  }
}

/** The only track of a collector. */
export function onlyTrack(collector: NanoCollector): NanoTrack {
  const [track, ...others] = collector.tracks;
  if (track === undefined || others.length > 0)
    throw new Error(`${collector.tracks.length} tracks, expected 1`);
  return track;
}

/** The packets of the only track, with their payloads out of `log`. */
export function packetsOf(collector: NanoCollector, log: Uint8Array): ScannedPacket[] {
  const table = onlyTrack(collector).packets.finish();
  return Array.from({ length: table.count }, (_, row) => {
    const base = collector.parts[table.parts[row] ?? 0]?.baseByte ?? NaN;
    const offset = base + (table.offsetsBytes[row] ?? 0);
    const position = table.positionsSamples[row] ?? 0;
    const end = offset + (table.sizesBytes[row] ?? 0);
    return {
      ms: Number.isNaN(position) ? undefined : position / 48,
      units: table.durationUnits[row] ?? 0,
      offset,
      bytes: Buffer.from(log.subarray(offset, end)),
    };
  });
}

/** Kind and byte range of every finding. */
export function ranges(
  collector: NanoCollector,
): [kind: Finding['kind'], startByte: number, endByte: number][] {
  return collector.findings.kept.map(({ kind, startByte, endByte }) => [kind, startByte, endByte]);
}
