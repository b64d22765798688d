import { AppError } from '../../../shared/model/errors.ts';
import { type BatchPacket, encodePacketBatch } from '../../../shared/playback/packet-batch.ts';
import { FRAME_UNIT_SAMPLES, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { PayloadReader } from '../../io/payload-reader.ts';
import { MAX_PACKET_BYTES } from '../../media/opus/toc.ts';
import { type LogPart, withoutStamps } from '../../media/packet-table.ts';
import { audioEndSamples, type PlacedPackets, placedPackets, rowAt } from '../../media/peaks/page-plan.ts';
import { place } from '../../media/timeline/place.ts';
import { openSession } from '../session/open-session.ts';

/** What one batch covers at most, in samples and in bytes of payload. */
export const MOST_BATCH_SAMPLES = 60 * SAMPLE_RATE;
export const MOST_BATCH_BYTES = 2 << 20;

/** Tracks whose packets' places are kept: 17 bytes a packet, the lanes of a session or two. */
const KEPT_TRACKS = 12;

interface KnownTrack {
  readonly placed: PlacedPackets;
  readonly parts: readonly LogPart[];
  readonly channels: 1 | 2;
  /** How large the session's logs were when it was read. */
  readonly logBytes: number;
}

/** Gives out recorded packets by session time, so that a page can decode and play what an export will carry. */
export class PlaybackPackets {
  /** In order of use, the latest last. */
  readonly #known = new Map<string, KnownTrack>();

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
    const track = await this.#track(sessionFolder, playerId, endSamples);
    const end = Math.min(endSamples, startSamples + MOST_BATCH_SAMPLES);
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
    for (const key of this.#known.keys())
      if (key.startsWith(keyOf(sessionFolder, ''))) this.#known.delete(key);
  }

  /** A track is read again when more of it is asked for than was known and its log has grown. */
  async #track(sessionFolder: string, playerId: string, endSamples: number): Promise<KnownTrack> {
    const key = keyOf(sessionFolder, playerId);
    let track = this.#known.get(key);
    this.#known.delete(key);
    if (track === undefined || endSamples > track.placed.endSamples) {
      track = await load(sessionFolder, playerId, track);
    }
    this.#known.set(key, track);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT_TRACKS && oldest !== undefined) this.#known.delete(oldest);
    return track;
  }
}

async function load(
  sessionFolder: string,
  playerId: string,
  known: KnownTrack | undefined,
): Promise<KnownTrack> {
  const session = await openSession(sessionFolder);
  if (known?.logBytes === session.logBytes) return known;
  const [loaded] = await session.load([playerId], { mode: 'indexed' });
  if (loaded === undefined) {
    throw new AppError('not-found', `${sessionFolder} has no player ${playerId}.`, {
      next: 'Run "tailslate inspect" to see its players.',
    });
  }
  const placement = place(loaded.packets, { repeats: loaded.repeats });
  const packets = withoutStamps(placement.packets);
  return {
    placed: placedPackets({ ...placement, packets }, loaded.player.preSkipSamples),
    parts: loaded.parts,
    channels: loaded.channels,
    logBytes: session.logBytes,
  };
}

function read(
  sessionFolder: string,
  { placed, parts }: KnownTrack,
  firstRow: number,
  endRow: number,
  payloadBytes: number,
): readonly BatchPacket[] {
  const { packets: table, audioSamples } = placed;
  const payload = Buffer.allocUnsafe(payloadBytes + MAX_PACKET_BYTES);
  const reader = new PayloadReader(sessionFolder, parts);
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

function keyOf(sessionFolder: string, playerId: string): string {
  return `${sessionFolder}\0${playerId}`;
}
