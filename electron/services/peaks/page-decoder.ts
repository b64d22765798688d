import type { PayloadReader } from '../../io/payload-reader.ts';
import type { OpusDecoderS16 } from '../../media/opus/decoder.ts';
import { MAX_PACKET_BYTES } from '../../media/opus/toc.ts';
import { PAGE_SAMPLES, sealPage } from '../../media/peaks/layout.ts';
import { PageBuilder } from '../../media/peaks/page-builder.ts';
import {
  audioEndSamples,
  pageFingerprint,
  type PageRows,
  type PlacedPackets,
  PRE_ROLL_SAMPLES,
} from '../../media/peaks/page-plan.ts';

const BUFFER_BYTES = 256 << 10;
const FILLER_SAMPLES = 960;
const ZEROS = new Int16Array(2 * 5760);

/** What decodes a track: new decoders, and the packet of 20 ms of silence that an export lays into its gaps. */
export interface TrackCodec {
  readonly createDecoder: (channels: 1 | 2) => OpusDecoderS16;
  readonly filler: Uint8Array;
}

/**
 * Makes pages of peaks out of a track's packets. A page begins with a fresh decoder, so that it depends on its packets
 * alone, whether others were made before it or not.
 */
export class PageDecoder {
  readonly #reader: PayloadReader;
  readonly #placed: PlacedPackets;
  readonly #channels: 1 | 2;
  readonly #codec: TrackCodec;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES + MAX_PACKET_BYTES);

  constructor(reader: PayloadReader, placed: PlacedPackets, channels: 1 | 2, codec: TrackCodec) {
    this.#reader = reader;
    this.#placed = placed;
    this.#channels = channels;
    this.#codec = codec;
  }

  /** A sealed page of these packets, and how many of them cannot be decoded. */
  page(page: number, rows: PageRows): { bytes: Uint8Array; undecodable: number } {
    const builder = new PageBuilder();
    const decoder = this.#codec.createDecoder(this.#channels);
    let undecodable = 0;
    try {
      const { packets } = this.#placed;
      for (let row = rows.firstRow; row < rows.endRow;) {
        const next = this.#reader.copy(packets, row, rows.endRow, this.#buffer, 0);
        for (let at = 0; row < next; row++) {
          const size = packets.sizesBytes[row] ?? 0;
          if (row > rows.firstRow) this.#crossGap(decoder, row);
          if (!this.#add(builder, decoder, page, row, this.#buffer.subarray(at, at + size))) undecodable++;
          at += size;
        }
      }
    } finally {
      decoder.close();
    }
    const bytes = builder.finish();
    sealPage(bytes, {
      page,
      fingerprint: pageFingerprint(this.#placed, rows, this.#channels),
      packets: rows.endRow - rows.firstRow,
      undecodable,
    });
    return { bytes, undecodable };
  }

  /** A gap in an export is filler: the decoder hears of it what makes a difference. */
  #crossGap(decoder: OpusDecoderS16, row: number): void {
    const gapSamples = (this.#placed.audioSamples[row] ?? 0) - audioEndSamples(this.#placed, row - 1);
    if (gapSamples <= 0) return;
    const fillers = Math.ceil(Math.min(gapSamples, PRE_ROLL_SAMPLES) / FILLER_SAMPLES);
    for (let i = 0; i < fillers; i++) decoder.decode(this.#codec.filler);
  }

  /** Returns whether the packet could be decoded, or began before the page and is not counted there. */
  #add(
    builder: PageBuilder,
    decoder: OpusDecoderS16,
    page: number,
    row: number,
    packet: Uint8Array,
  ): boolean {
    const start = page * PAGE_SAMPLES;
    const offset = (this.#placed.audioSamples[row] ?? 0) - start;
    const values = (audioEndSamples(this.#placed, row) - start - offset) * this.#channels;
    const pcm = decoder.decode(packet);
    if (pcm?.length === values) {
      builder.add(offset, pcm, this.#channels);
      return true;
    }
    builder.add(offset, ZEROS.subarray(0, values), this.#channels);
    // A packet on the border is counted where it begins; what begins before T0 belongs to the first page.
    return offset < 0 && page > 0;
  }
}
