import { Random } from '../support/random.ts';

/** Packets in a row before a gap, and the packets that would have filled it: 3 s. */
const RUN_PACKETS = 5000;
const GAP_PACKETS = 150;
/** Nobody speaks when a recording is stopped. */
const LAST_PACKETS = 100;
const PACKET_SAMPLES = 960;
const PACKET_MS = 20;

/** What an exporter lays for a missing 20 ms packet: digital silence (RFC 6716 section 4.3.3). */
export const FILLER: Uint8Array = Uint8Array.of(0xf8, 0xff, 0xfe);

/** Whether players pause now and then, or speak from the first packet to the last. */
export type Speech = 'gaps' | 'gapless';

/** A long recording without its bytes: which packets there are, when they begin, and when they arrived. */
export class Recording {
  /** Packets that a complete track has, silence included. */
  readonly slots: number;
  readonly #pool: readonly Uint8Array[];
  readonly #speech: Speech;

  constructor(hours: number, pool: readonly Uint8Array[], speech: Speech) {
    this.slots = (hours * 3_600_000) / PACKET_MS;
    this.#pool = pool;
    this.#speech = speech;
  }

  get endSamples(): number {
    return this.slots * PACKET_SAMPLES;
  }

  /** The packet of a player at this slot, or undefined inside a gap. */
  packet(player: number, slot: number): Uint8Array | undefined {
    if (this.#speech === 'gaps') {
      if (slot >= this.slots - LAST_PACKETS) return undefined;
      if (slot % (RUN_PACKETS + GAP_PACKETS) >= RUN_PACKETS) return undefined;
    }
    // A stride prime to any pool of whole minutes: the same packet comes back in other company.
    return this.#pool[(slot * 7 + player * 1009 + Math.floor(slot / 8999)) % this.#pool.length];
  }

  positionSamples(slot: number): number {
    return slot * PACKET_SAMPLES;
  }

  /** When each slot's packet arrived, in milliseconds from T0: up to 12 ms late, never before the one before it. */
  *arrivals(seed: number): Generator<number, void> {
    const random = new Random(seed);
    let lastMs = 0;
    for (let slot = 0; slot < this.slots; slot++) {
      lastMs = Math.max(lastMs, slot * PACKET_MS + random.int(0, 12));
      yield lastMs;
    }
  }
}
