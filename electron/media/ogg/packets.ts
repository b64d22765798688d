import type { OggPage } from './page.ts';

/** A packet of an Ogg stream and the pages it came from. */
export interface OggPacket {
  /** A view of the file where the packet lies in one piece, else a copy. */
  readonly bytes: Uint8Array;
  /** First byte of the page it began on, and one past the page it ended on. */
  readonly startByte: number;
  readonly endByte: number;
}

/** A packet that went on beyond its page. */
interface OpenPacket {
  readonly startByte: number;
  readonly pieces: Uint8Array[];
}

/**
 * Puts the packets of one stream together from its pages (RFC 3533 section 5): add each page in order, and take
 * the packets that end on it. A packet that lost a page is left out and counted.
 */
export class PacketAssembler {
  readonly #bytes: Uint8Array;
  #open: OpenPacket | undefined;
  #lost = 0;

  /** @param bytes the file the pages are in. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Packets left out so far because a part of them is missing. */
  get lost(): number {
    return this.#lost;
  }

  /** Where a packet began that has not ended yet. */
  get openSince(): number | undefined {
    return this.#open?.startByte;
  }

  /** The packets that end on this page. @param follows whether it is the page right after the one before. */
  add(page: OggPage, follows: boolean): readonly OggPacket[] {
    const packets: OggPacket[] = [];
    let open = this.#open;
    if (open !== undefined && !(page.continued && follows)) {
      open = undefined;
      this.#lost++;
    }
    // What is left of a packet whose beginning is not here cannot be used.
    let orphan = page.continued && open === undefined;
    let pieceByte = page.bodyByte;
    let atByte = page.bodyByte;
    for (const size of page.lacing) {
      atByte += size;
      if (size === 255) continue;
      if (orphan) this.#lost++;
      else packets.push(this.#packet(open, pieceByte, atByte, page));
      orphan = false;
      open = undefined;
      pieceByte = atByte;
    }
    if (page.lacing.at(-1) === 255 && !orphan) {
      open ??= { startByte: page.startByte, pieces: [] };
      open.pieces.push(this.#bytes.subarray(pieceByte, atByte));
    }
    this.#open = open;
    return packets;
  }

  #packet(open: OpenPacket | undefined, fromByte: number, toByte: number, page: OggPage): OggPacket {
    const last = this.#bytes.subarray(fromByte, toByte);
    const startByte = open?.startByte ?? page.startByte;
    const bytes = open === undefined ? last : joined([...open.pieces, last]);
    return { bytes, startByte, endByte: page.endByte };
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
