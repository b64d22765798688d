import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { createFloatDecoder } from '../../io/opus-decode.ts';
import type { OpusDecoderFloat } from '../../media/opus/decoder.ts';
import { MAX_PACKET_BYTES } from '../../media/opus/toc.ts';
import { IndexChecks } from '../session/index-checks.ts';
import type { SourceTrack } from './source-track.ts';
import { type PacketStretch, packetStretches } from './track-packets.ts';

const BUFFER_BYTES = Math.max(64 << 10, MAX_PACKET_BYTES);

/**
 * Packets of silence of one length that are decoded before the rest of them is taken for zeros. After 80 ms an Opus
 * decoder has forgotten what came before (RFC 7845 section 4.6), and every further one leaves it as it is: five of
 * 20 ms give the same samples, in the gap and after it, as all of them would.
 */
const FILLERS_DECODED = 5;

/**
 * The samples of a track from its export's first to its last, decoded as they are asked for: what a player makes of
 * the m4a, its edit list applied. Gaps cost next to nothing. A packet that cannot be decoded is silence, and counted.
 */
export class TrackPcm {
  readonly channels: 1 | 2;
  readonly #source: SourceTrack;
  readonly #decoder: OpusDecoderFloat;
  readonly #stretches: Iterator<PacketStretch, void>;
  readonly #checks: IndexChecks;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #undecodable = 0;
  /** Samples still to be left out at the start. */
  #skip: number;
  #stretch: PacketStretch | undefined;
  /** The packet of the stretch that comes next: a row, or how many of silence are done. */
  #next = 0;
  /** Rows up to this one are in the buffer; the next one begins there at `#at`. */
  #bufferedRow = 0;
  #at = 0;
  /** Samples that were decoded and not yet asked for; an empty list stands for silence. */
  #decoded: readonly Float32Array[] = [];
  #decodedFrom = 0;
  #decodedEnd = 0;

  private constructor(source: SourceTrack, decoder: OpusDecoderFloat) {
    this.channels = source.track.channels;
    this.#source = source;
    this.#decoder = decoder;
    this.#stretches = packetStretches(source);
    this.#checks = new IndexChecks(source.track.checks);
    this.#skip = source.filled.editStartSamples;
  }

  static async open(source: SourceTrack): Promise<TrackPcm> {
    return new TrackPcm(source, await createFloatDecoder(source.track.channels));
  }

  /** Packets that could not be decoded so far. */
  get undecodable(): number {
    return this.#undecodable;
  }

  /**
   * The next `frames` samples, an array for each channel; silence where the track has ended.
   * @returns whether any of them was decoded: all are zero where not.
   * @throws StaleIndexError when the payload is not what the log's index promised.
   */
  read(into: readonly Float32Array[], frames: number): boolean {
    let sounds = false;
    for (let done = 0; done < frames;) {
      const ready = this.#decodedEnd - this.#decodedFrom;
      if (ready === 0) {
        if (!this.#advance()) {
          for (const samples of into) samples.fill(0, done, frames);
          return sounds;
        }
        continue;
      }
      const dropped = Math.min(this.#skip, ready);
      this.#skip -= dropped;
      this.#decodedFrom += dropped;
      const count = Math.min(ready - dropped, frames - done);
      for (const [channel, samples] of into.entries()) {
        const decoded = this.#decoded[channel];
        if (decoded === undefined) samples.fill(0, done, done + count);
        else samples.set(decoded.subarray(this.#decodedFrom, this.#decodedFrom + count), done);
      }
      sounds ||= this.#decoded.length > 0;
      this.#decodedFrom += count;
      done += count;
    }
    return sounds;
  }

  close(): void {
    this.#decoder.close();
  }

  /** Decodes the next packet, or passes over a stretch of silence. Returns false at the end. */
  #advance(): boolean {
    let stretch = this.#stretch;
    const isOver =
      stretch === undefined || this.#next >= (stretch.kind === 'recorded' ? stretch.end : stretch.count);
    if (isOver) {
      const next = this.#stretches.next();
      if (next.done === true) return false;
      stretch = this.#stretch = next.value;
      this.#next = stretch.kind === 'recorded' ? stretch.first : 0;
      this.#bufferedRow = this.#next;
    }
    if (stretch === undefined) return false;
    if (stretch.kind === 'recorded') this.#recorded(stretch.end);
    else if (this.#next < FILLERS_DECODED) {
      this.#decode(stretch.packet, stretch.units);
      this.#next++;
    } else {
      this.#hold([], (stretch.count - this.#next) * stretch.units * FRAME_UNIT_SAMPLES);
      this.#next = stretch.count;
    }
    return true;
  }

  #recorded(end: number): void {
    const { reader, filled } = this.#source;
    const { packets } = filled.placement;
    const row = this.#next;
    if (row === this.#bufferedRow) {
      const limit = Math.min(end, this.#checks.boundaryAfter(row));
      this.#bufferedRow = reader.copy(packets, row, limit, this.#buffer, 0);
      const copied = this.#buffer.subarray(0, reader.copiedBytes);
      this.#checks.compare(row, this.#bufferedRow, copied);
      this.#at = 0;
    }
    const size = packets.sizesBytes[row] ?? 0;
    this.#decode(this.#buffer.subarray(this.#at, this.#at + size), packets.durationUnits[row] ?? 0);
    this.#at += size;
    this.#next++;
  }

  #decode(packet: Uint8Array, units: number): void {
    const samples = units * FRAME_UNIT_SAMPLES;
    const decoded = this.#decoder.decode(packet);
    if (decoded?.[0]?.length === samples) this.#hold(decoded, samples);
    else {
      this.#undecodable++;
      this.#hold([], samples);
    }
  }

  #hold(decoded: readonly Float32Array[], samples: number): void {
    this.#decoded = decoded;
    this.#decodedFrom = 0;
    this.#decodedEnd = samples;
  }
}
