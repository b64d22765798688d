import { crc32 } from 'node:zlib';

/** 80 s of 20 ms packets: longer than any page keeps what it might have to send again. */
const REMEMBERED_PACKETS = 4096;

/** Remembers the latest packets of a track, to tell a packet that is sent again from one that went astray. */
export class ReceivedWindow {
  readonly #positions = new Float64Array(REMEMBERED_PACKETS).fill(-1);
  readonly #checksums = new Uint32Array(REMEMBERED_PACKETS);
  #count = 0;

  /** Positions ascend. */
  add(positionSamples: number, packet: Uint8Array): void {
    const at = this.#count++ % REMEMBERED_PACKETS;
    this.#positions[at] = positionSamples;
    this.#checksums[at] = crc32(packet);
  }

  /** Whether this very packet was received at this position. */
  has(positionSamples: number, packet: Uint8Array): boolean {
    let least = Math.max(0, this.#count - REMEMBERED_PACKETS);
    let most = this.#count - 1;
    while (least <= most) {
      const middle = (least + most) >>> 1;
      const at = middle % REMEMBERED_PACKETS;
      const found = this.#positions[at] ?? -1;
      if (found === positionSamples) return this.#checksums[at] === crc32(packet);
      if (found < positionSamples) least = middle + 1;
      else most = middle - 1;
    }
    return false;
  }
}
