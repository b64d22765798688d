import { type OpusHead, serialiseOpusHead } from '../opus/head.ts';
import { oggChecksum } from './checksum.ts';
import { type OpusTags, serialiseOpusTags } from './tags.ts';

/** header_type_flag (RFC 3533 section 6). */
const CONTINUED = 1;
const FIRST_PAGE = 2;
const LAST_PAGE = 4;
const HEADER_BYTES = 27;
const MOST_SEGMENTS = 255;
/** Granule position of a page on which no packet ends: -1, which is all ones. */
const NO_POSITION = -1n;
/** A page ends after so much audio, so that seeking finds a position a second at least (RFC 7845 section 3). */
const PAGE_SAMPLES = 48_000;

/** What an Ogg Opus file says of its stream. */
export interface OggStream {
  readonly head: OpusHead;
  /** bitstream_serial_number; the same for the same content, so that the file is too. */
  readonly serial: number;
  /** Pre-skip and all samples that are played: what lies behind is cut off (RFC 7845 section 4.4). */
  readonly endGranule: number;
}

/**
 * Lays Opus packets into the pages of an Ogg file (RFC 3533, RFC 7845): `headers` first, then `add` for each packet,
 * which gives a page whenever one is full, then `finish`. Pages hold whole packets; the longest packet fits one.
 */
export class OggWriter {
  readonly #stream: OggStream;
  /** Room for the fullest page; pages are views of it. */
  readonly #page = new Uint8Array(HEADER_BYTES + MOST_SEGMENTS + MOST_SEGMENTS * 255);
  readonly #lacing = new Uint8Array(MOST_SEGMENTS);
  readonly #body = new Uint8Array(MOST_SEGMENTS * 255);
  #segments = 0;
  #bodyBytes = 0;
  #pageSamples = 0;
  #granule = 0;
  #sequence = 0;

  constructor(stream: OggStream) {
    this.#stream = stream;
  }

  /** The head page and the pages of the tags. Called again it gives them with other tags of the same length. */
  headers(tags: OpusTags): readonly Uint8Array[] {
    const head = serialiseOpusHead(this.#stream.head);
    const pages = [this.#pageOf(Uint8Array.of(head.length), head, FIRST_PAGE, 0n, 0).slice()];
    const packet = serialiseOpusTags(tags);
    const lacing = new Uint8Array(Math.floor(packet.length / 255) + 1).fill(255);
    lacing[lacing.length - 1] = packet.length % 255;
    for (let first = 0; first < lacing.length; first += MOST_SEGMENTS) {
      const ends = first + MOST_SEGMENTS >= lacing.length;
      const body = packet.subarray(first * 255, Math.min(packet.length, (first + MOST_SEGMENTS) * 255));
      const values = lacing.subarray(first, first + MOST_SEGMENTS);
      const flags = first === 0 ? 0 : CONTINUED;
      pages.push(this.#pageOf(values, body, flags, ends ? 0n : NO_POSITION, pages.length).slice());
    }
    this.#sequence = Math.max(this.#sequence, pages.length);
    return pages;
  }

  /**
   * Adds a packet.
   * @param samples how long it lasts.
   * @returns a page that is full, valid until the next call.
   */
  add(packet: Uint8Array, samples: number): Uint8Array | undefined {
    const needed = Math.floor(packet.length / 255) + 1;
    if (needed > MOST_SEGMENTS)
      throw new RangeError(`expected a packet below 65025 bytes, got ${packet.length}`);
    const isFull = this.#segments + needed > MOST_SEGMENTS || this.#pageSamples >= PAGE_SAMPLES;
    const page = isFull ? this.#flush(0, this.#granule) : undefined;
    this.#lacing.fill(255, this.#segments, this.#segments + needed - 1);
    this.#lacing[this.#segments + needed - 1] = packet.length % 255;
    this.#segments += needed;
    this.#body.set(packet, this.#bodyBytes);
    this.#bodyBytes += packet.length;
    this.#pageSamples += samples;
    this.#granule += samples;
    return page;
  }

  /** The last page. @throws RangeError when the end does not lie in its last packet. */
  finish(): Uint8Array {
    const { endGranule } = this.#stream;
    if (endGranule > this.#granule || endGranule < 0) {
      throw new RangeError(`expected an end within ${this.#granule} samples, got ${endGranule}`);
    }
    return this.#flush(LAST_PAGE, endGranule);
  }

  #flush(flags: number, granule: number): Uint8Array {
    const lacing = this.#lacing.subarray(0, this.#segments);
    const body = this.#body.subarray(0, this.#bodyBytes);
    const page = this.#pageOf(lacing, body, flags, BigInt(granule), this.#sequence++);
    this.#segments = 0;
    this.#bodyBytes = 0;
    this.#pageSamples = 0;
    return page;
  }

  #pageOf(
    lacing: Uint8Array,
    body: Uint8Array,
    flags: number,
    granule: bigint,
    sequence: number,
  ): Uint8Array {
    const length = HEADER_BYTES + lacing.length + body.length;
    const page = this.#page.subarray(0, length);
    const view = new DataView(page.buffer, 0, HEADER_BYTES);
    page.set([0x4f, 0x67, 0x67, 0x53]); // capture_pattern OggS
    view.setUint8(4, 0); // stream_structure_version
    view.setUint8(5, flags); // header_type_flag
    view.setBigInt64(6, granule, true); // granule_position
    view.setUint32(14, this.#stream.serial, true); // bitstream_serial_number
    view.setUint32(18, sequence, true); // page_sequence_number
    view.setUint32(22, 0, true); // CRC_checksum, zeros while it is made
    view.setUint8(26, lacing.length); // page_segments
    page.set(lacing, HEADER_BYTES); // segment_table
    page.set(body, HEADER_BYTES + lacing.length);
    view.setUint32(22, oggChecksum(page, 0, length, 0), true);
    return page;
  }
}
