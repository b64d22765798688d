import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { ByteSink } from './byte-sink.ts';
import type { PacketGroup } from './packets.ts';

/** Gathers the packets of one track that go into its next record. */
export class PacketGroupBuilder {
  #count = 0;
  #sizes = new Uint16Array(32);
  #units = new Uint8Array(32);
  readonly #payload = new ByteSink(8192);
  #positionSamples = 0;
  #nextSamples = 0;

  get count(): number {
    return this.#count;
  }

  get payloadBytes(): number {
    return this.#payload.length;
  }

  /** Where the group's first packet lies; kept after `take`. */
  get positionSamples(): number {
    return this.#positionSamples;
  }

  /** Where a packet lies that continues the group; kept after `take`. */
  get nextSamples(): number {
    return this.#nextSamples;
  }

  /** Adds a packet; all but the first follow the one before, which the caller has made sure of. */
  add(positionSamples: number, packet: Uint8Array, units: number): void {
    const row = this.#count;
    if (row === 0) this.#positionSamples = positionSamples;
    if (row === this.#sizes.length) this.#grow();
    this.#sizes[row] = packet.length;
    this.#units[row] = units;
    this.#payload.append(packet);
    this.#nextSamples = positionSamples + units * FRAME_UNIT_SAMPLES;
    this.#count = row + 1;
  }

  /** The group so far, valid until the next `add`; the builder starts over. */
  take(): PacketGroup {
    const payload = this.#payload.bytes.subarray(0, this.#payload.length);
    const group = { count: this.#count, sizesBytes: this.#sizes, units: this.#units, payload };
    this.#count = 0;
    this.#payload.length = 0;
    return group;
  }

  #grow(): void {
    const room = Math.min(this.#sizes.length * 2, 0x10000);
    const sizes = new Uint16Array(room);
    sizes.set(this.#sizes);
    this.#sizes = sizes;
    const units = new Uint8Array(room);
    units.set(this.#units);
    this.#units = units;
  }
}
