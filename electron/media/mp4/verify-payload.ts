import { createHash } from 'node:crypto';
import type { FirstDifference } from '../../../shared/model/verify-report.ts';
import { FRAME_UNIT_SAMPLES, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { MAX_PACKET_BYTES, packetUnits } from '../opus/toc.ts';
import type { SampleGroups } from './read-groups.ts';
import type { SampleCursor } from './read-samples.ts';
import type { Track } from './read-track.ts';
import { LaidSilence } from './verify-silence.ts';

/** The packets that a track was exported from, in order; silence laid by the exporter is not among them. */
export interface ExpectedPackets {
  readonly count: number;
  readonly sizesBytes: ArrayLike<number>;
  /** In units of 120 samples. */
  readonly durationUnits: ArrayLike<number>;
  /** SHA-256 over all payloads, in hex. */
  readonly sha256?: string;
  /** Payload of one packet, asked for only to find where the payloads differ. */
  readonly readPacket?: (index: number) => Uint8Array;
}

/** Steps through the runs of a grouping, sample by sample. */
export class GroupCursor {
  readonly #groups: SampleGroups | undefined;
  #run = -1;
  #left = 0;
  #index = 0;

  constructor(groups: SampleGroups | undefined) {
    this.#groups = groups;
  }

  /** Description index of the next sample, 0 for none. */
  next(): number {
    const groups = this.#groups;
    if (groups === undefined) return 0;
    while (this.#left === 0) {
      this.#run++;
      const ended = this.#run >= groups.runCounts.length;
      this.#left = ended ? Infinity : (groups.runCounts[this.#run] ?? 0);
      this.#index = ended ? groups.defaultIndex : (groups.runIndexes[this.#run] ?? 0);
    }
    this.#left--;
    return this.#index;
  }
}

/** Takes the bytes of a file block by block and, on the way, proves and hashes the Opus packets of one track. */
export class PayloadScan {
  packets = 0;
  silencePackets = 0;
  payloadBytes = 0;
  /** Samples that are no Opus packet, and the first of them. */
  notOpus = 0;
  firstNotOpus = -1;
  /** Packets that last longer or shorter than the table says, and the first of them. */
  wrongDurations = 0;
  firstWrongDuration = -1;
  /** First recorded packet whose size or duration is not the expected one. */
  firstDifference: FirstDifference | undefined;
  readonly laidSilence = new LaidSilence();
  readonly #track: Track;
  readonly #expected: ExpectedPackets | undefined;
  readonly #cursor: SampleCursor;
  readonly #silence: GroupCursor;
  readonly #hash = createHash('sha256');
  /** A packet that lies across two blocks is put together here. */
  readonly #carry = new Uint8Array(MAX_PACKET_BYTES);
  #isSilence = false;
  #hasSample = true;

  constructor(track: Track, expected: ExpectedPackets | undefined) {
    this.#track = track;
    this.#expected = expected;
    this.#cursor = track.samples.cursor();
    this.#silence = new GroupCursor(track.groups.find(({ type }) => type === 'fill'));
    this.#advance();
  }

  /** Every sample was seen. */
  get done(): boolean {
    return !this.#hasSample;
  }

  /**
   * Takes the next block of the file, `block` being its bytes from `startByte` on. Recorded packets that follow
   * each other are hashed in one piece; nothing is allocated per packet.
   */
  take(block: Uint8Array, startByte: number): void {
    const cursor = this.#cursor;
    let hashStart = 0;
    let hashEnd = 0;
    while (this.#hasSample) {
      const start = cursor.offsetBytes - startByte;
      if (start >= block.length) break;
      const end = start + cursor.sizeBytes;
      const from = Math.max(0, start);
      const to = Math.min(end, block.length);
      if (!this.#isSilence) {
        if (from !== hashEnd) {
          if (hashEnd > hashStart) this.#hash.update(block.subarray(hashStart, hashEnd));
          hashStart = from;
        }
        hashEnd = to;
      }
      const isWhole = start >= 0 && end <= block.length;
      if (!isWhole && cursor.sizeBytes <= MAX_PACKET_BYTES) {
        this.#carry.set(block.subarray(from, to), from - start);
      }
      if (end > block.length) break;
      if (isWhole) this.#accept(block, start);
      else this.#accept(this.#carry, 0);
      this.#advance();
    }
    if (hashEnd > hashStart) this.#hash.update(block.subarray(hashStart, hashEnd));
  }

  /** SHA-256 over the recorded packets, in hex. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  #advance(): void {
    this.#hasSample = this.#cursor.next();
    if (this.#hasSample) this.#isSilence = this.#silence.next() !== 0;
  }

  /** Takes the sample that lies at `start` of `bytes`. */
  #accept(bytes: Uint8Array, start: number): void {
    const { index, sizeBytes, durationTicks } = this.#cursor;
    const units = packetUnits(bytes, start, sizeBytes);
    if (units === 0) {
      if (this.notOpus++ === 0) this.firstNotOpus = index;
    } else {
      const full = units * FRAME_UNIT_SAMPLES * this.#track.timescale;
      const stated = durationTicks * SAMPLE_RATE;
      const mayBeShorter = index === this.#track.samples.count - 1;
      if (stated !== full && !(mayBeShorter && stated < full)) {
        if (this.wrongDurations++ === 0) this.firstWrongDuration = index;
      }
    }
    if (this.#isSilence) {
      this.silencePackets++;
      this.laidSilence.take(bytes, start, sizeBytes, units, index);
      return;
    }
    const expected = this.#expected;
    if (expected !== undefined && this.firstDifference === undefined && this.packets < expected.count) {
      const size = expected.sizesBytes[this.packets] ?? 0;
      const duration = expected.durationUnits[this.packets] ?? 0;
      if (size !== sizeBytes) this.#differ('size', size, sizeBytes);
      else if (duration !== units) this.#differ('duration', duration, units);
    }
    this.packets++;
    this.payloadBytes += sizeBytes;
  }

  #differ(what: 'size' | 'duration', expected: number, actual: number): void {
    const { timescale, id } = this.#track;
    const timeSamples = Math.floor((this.#cursor.timeTicks * SAMPLE_RATE) / Math.max(1, timescale));
    this.firstDifference = { trackId: id, packet: this.packets, timeSamples, what, expected, actual };
  }
}
