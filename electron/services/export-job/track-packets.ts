import { silenceFrames } from '../../media/opus/silence.ts';
import type { SourceTrack } from './source-track.ts';

/** A stretch of a track's packets in order: rows of its table, or so many packets of silence, all alike. */
export type PacketStretch =
  | { readonly kind: 'recorded'; readonly first: number; readonly end: number }
  | { readonly kind: 'filler'; readonly packet: Uint8Array; readonly units: number; readonly count: number };

/** Everything in a track from its first packet to its last, gaps included. */
export function* packetStretches({ filled, silence }: SourceTrack): Generator<PacketStretch, void> {
  const { packets, runs } = filled.placement;
  for (let run = 0; run < runs.count; run++) {
    yield* filler(filled.fillerUnitsBefore[run] ?? 0);
    const first = runs.firstPacket[run] ?? 0;
    yield { kind: 'recorded', first, end: runs.firstPacket[run + 1] ?? packets.count };
  }
  yield* filler(filled.tailFillerUnits);

  function* filler(units: number): Generator<PacketStretch, void> {
    for (const { units: each, count } of silenceFrames(units)) {
      yield { kind: 'filler', packet: silence.packet(each), units: each, count };
    }
  }
}
