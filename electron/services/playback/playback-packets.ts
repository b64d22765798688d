import { type BatchPacket, encodePacketBatch } from '../../../shared/playback/packet-batch.ts';
import { FRAME_UNIT_SAMPLES, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { PayloadReader } from '../../io/payload-reader.ts';
import { MAX_PACKET_BYTES } from '../../media/opus/toc.ts';
import { audioEndSamples, rowAt } from '../../media/peaks/page-plan.ts';
import { KeptPlaces, type KnownTrack } from './kept-places.ts';

/** What one batch covers at most, in samples and in bytes of payload. */
export const MOST_BATCH_SAMPLES = 60 * SAMPLE_RATE;
export const MOST_BATCH_BYTES = 2 << 20;

/** Gives out recorded packets by session time, so that a page can decode and play what an export will carry. */
export class PlaybackPackets {
  readonly #places: KeptPlaces;

  constructor(places = new KeptPlaces()) {
    this.#places = places;
  }

  /**
   * The packets whose audio lies in this stretch, those that reach into it included: a batch as PLAYBACK.md has it.
   * It covers at most MOST_BATCH_SAMPLES and MOST_BATCH_BYTES; its `coveredSamples` say from where to ask on.
   * @throws RangeError when the stretch is not whole samples in order; AppError when the session cannot be read.
   */
  async packets(
    sessionFolder: string,
    playerId: string,
    startSamples: number,
    endSamples: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (
      !Number.isSafeInteger(startSamples) ||
      !Number.isSafeInteger(endSamples) ||
      endSamples < startSamples
    ) {
      throw new RangeError(`expected whole samples in order, got ${startSamples} to ${endSamples}`);
    }
    const wantedEnd = Math.min(endSamples, startSamples + MOST_BATCH_SAMPLES);
    const track = await this.#places.track(sessionFolder, playerId, startSamples, endSamples);
    const end = Math.min(wantedEnd, track.toSamples);
    const { placed } = track;
    const firstRow = rowAt(placed, startSamples);
    let endRow = firstRow;
    let payloadBytes = 0;
    let coveredSamples = end;
    for (; endRow < placed.packets.count && (placed.audioSamples[endRow] ?? 0) < end; endRow++) {
      const sizeBytes = placed.packets.sizesBytes[endRow] ?? 0;
      if (payloadBytes + sizeBytes > MOST_BATCH_BYTES) {
        coveredSamples = audioEndSamples(placed, endRow - 1);
        break;
      }
      payloadBytes += sizeBytes;
    }
    const packets = read(sessionFolder, track, firstRow, endRow, payloadBytes);
    return encodePacketBatch({ channels: track.channels, coveredSamples, packets });
  }

  /** Forgets a session: it was closed, or changed otherwise than by growing. */
  forget(sessionFolder: string): void {
    this.#places.forget(sessionFolder);
  }
}

function read(
  sessionFolder: string,
  { placed, logParts }: KnownTrack,
  firstRow: number,
  endRow: number,
  payloadBytes: number,
): readonly BatchPacket[] {
  const { packets: table, audioSamples } = placed;
  const payload = Buffer.allocUnsafe(payloadBytes + MAX_PACKET_BYTES);
  const reader = new PayloadReader(sessionFolder, logParts);
  try {
    for (let row = firstRow, at = 0; row < endRow; at += reader.copiedBytes) {
      row = reader.copy(table, row, endRow, payload, at);
    }
  } finally {
    reader.close();
  }
  const packets: BatchPacket[] = [];
  for (let row = firstRow, at = 0; row < endRow; row++) {
    const next = at + (table.sizesBytes[row] ?? 0);
    packets.push({
      audioSamples: audioSamples[row] ?? 0,
      durationSamples: (table.durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES,
      payload: payload.subarray(at, next),
    });
    at = next;
  }
  return packets;
}
