import { MAX_PACKET_UNITS } from '../opus/toc.ts';

/**
 * Laid silence is in no digest. But an export lays one and the same packet wherever silence of that duration goes, so
 * a packet that differs from the first of its duration was changed since. That the first is silence is for a decoder
 * to say.
 */
export class LaidSilence {
  /** Packets that differ, and the sample that the first of them is. */
  changed = 0;
  firstChanged = -1;
  /** The first packet of each duration. */
  readonly #firsts: (Uint8Array | undefined)[] = new Array<undefined>(MAX_PACKET_UNITS + 1).fill(undefined);

  /** One packet of each duration that occurs. */
  get kinds(): readonly Uint8Array[] {
    return this.#firsts.filter((first) => first !== undefined);
  }

  /** Takes the packet of `sizeBytes` at `start`, which lasts `units` of 120 samples and is sample `index`. */
  take(bytes: Uint8Array, start: number, sizeBytes: number, units: number, index: number): void {
    const first = this.#firsts[units];
    if (first === undefined) {
      this.#firsts[units] = bytes.slice(start, start + sizeBytes);
      return;
    }
    let same = first.length === sizeBytes;
    for (let i = 0; same && i < sizeBytes; i++) same = first[i] === bytes[start + i];
    if (!same && this.changed++ === 0) this.firstChanged = index;
  }
}
