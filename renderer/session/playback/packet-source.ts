import { AppError } from '../../../shared/model/errors.ts';
import { type BatchPacket, parsePacketBatch } from '../../../shared/playback/packet-batch.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { FetchMedia } from '../peak-store.ts';

/** How much is fetched at once. */
const FETCH_SAMPLES = 20 * SAMPLE_RATE;

/** Packets of one player in a stretch of session time. */
export interface PacketStretch {
  readonly channels: 1 | 2;
  /** In order of position. */
  readonly packets: readonly BatchPacket[];
}

interface Batch {
  readonly startSamples: number;
  readonly endSamples: number;
  readonly stretch: PacketStretch;
}

/** Gives out one player's packets by session time, fetched some seconds at a time and kept while they are near. */
export class PacketSource {
  readonly #sessionId: string;
  readonly #playerId: string;
  readonly #fetch: FetchMedia;
  /** The batch asked for last: playback goes through it from one end to the other. */
  #batch: Batch | undefined;

  constructor(sessionId: string, playerId: string, fetch: FetchMedia) {
    this.#sessionId = sessionId;
    this.#playerId = playerId;
    this.#fetch = fetch;
  }

  /**
   * Packets whose audio reaches into the stretch, in order.
   * @throws AppError('unreadable') when the host answers with something else
   */
  async read(startSamples: number, endSamples: number, signal: AbortSignal): Promise<PacketStretch> {
    const packets: BatchPacket[] = [];
    let channels: 1 | 2 = 1;
    for (let at = Math.max(0, startSamples); at < endSamples;) {
      const batch = await this.#batchAt(at, signal);
      channels = batch.stretch.channels;
      for (const packet of batch.stretch.packets) {
        const end = packet.audioSamples + packet.durationSamples;
        // A packet that crosses from one batch into the next comes in both.
        const isNew = packet.audioSamples > (packets.at(-1)?.audioSamples ?? -Infinity);
        if (isNew && end > startSamples && packet.audioSamples < endSamples) packets.push(packet);
      }
      at = batch.endSamples;
    }
    return { channels, packets };
  }

  async #batchAt(samples: number, signal: AbortSignal): Promise<Batch> {
    const known = this.#batch;
    if (known !== undefined && samples >= known.startSamples && samples < known.endSamples) return known;
    const startSamples = samples;
    const answer = await this.#fetch(
      {
        kind: 'packets',
        sessionId: this.#sessionId,
        playerId: this.#playerId,
        startSamples,
        endSamples: startSamples + FETCH_SAMPLES,
      },
      signal,
    );
    const batch = parsePacketBatch(new Uint8Array(answer));
    // A batch that gets nowhere would be asked for without end.
    if (batch === undefined || batch.coveredSamples <= startSamples) throw unreadable();
    const { channels, packets, coveredSamples } = batch;
    const read = { startSamples, endSamples: coveredSamples, stretch: { channels, packets } };
    this.#batch = read;
    return read;
  }
}

function unreadable(): AppError {
  return new AppError('unreadable', 'The audio of a player cannot be read.', {
    next: 'Check that the folder of the session is there, then play again.',
  });
}
