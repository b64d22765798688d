import { createHash } from 'node:crypto';
import { eventLoopTurn } from '../../io/direct-io.ts';
import { MAX_PACKET_BYTES } from '../../media/opus/toc.ts';
import { IndexChecks } from '../session/index-checks.ts';
import type { SourceTrack } from './source-track.ts';
import { packetStretches } from './track-packets.ts';

/** What is copied, hashed and looked at stays in the processor's cache. */
const BUFFER_BYTES = Math.max(256 << 10, MAX_PACKET_BYTES);

/** Who takes a track's packets one after another. */
export interface PacketSink {
  /** A recorded packet, valid during the call, and how many units of 120 samples it lasts. */
  readonly recorded: (packet: Uint8Array, units: number) => void;
  /** `count` packets of silence that was not recorded, `units` each. */
  readonly filler: (packet: Uint8Array, units: number, count: number) => void;
}

/**
 * Hands out all packets of a track in order, gaps included, going round the event loop at every block.
 * @returns SHA-256 over the recorded packets, in hex.
 * @throws StaleIndexError when the payload is not what the log's index promised; what the sink throws.
 */
export async function feedPackets(source: SourceTrack, sink: PacketSink): Promise<string> {
  const { reader, track } = source;
  const { packets } = source.filled.placement;
  const checks = new IndexChecks(track.checks);
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  for (const stretch of packetStretches(source)) {
    await eventLoopTurn();
    if (stretch.kind === 'filler') {
      sink.filler(stretch.packet, stretch.units, stretch.count);
      continue;
    }
    for (let row = stretch.first; row < stretch.end;) {
      const limit = Math.min(stretch.end, checks.boundaryAfter(row));
      const next = reader.copy(packets, row, limit, buffer, 0);
      const copied = buffer.subarray(0, reader.copiedBytes);
      checks.compare(row, next, copied);
      hash.update(copied);
      for (let at = 0; row < next; row++) {
        const size = packets.sizesBytes[row] ?? 0;
        sink.recorded(copied.subarray(at, at + size), packets.durationUnits[row] ?? 0);
        at += size;
      }
      await eventLoopTurn();
    }
  }
  return hash.digest('hex');
}
