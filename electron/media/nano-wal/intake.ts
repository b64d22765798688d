import { SAMPLES_PER_MS } from '../../../shared/time/samples.ts';
import type { FindingKind } from '../../../shared/model/finding.ts';
import { packetChannels, packetUnits } from '../opus/toc.ts';
import { PART_BYTES } from '../packet-table.ts';
import type { NanoCollector, NanoTrack } from './collector.ts';
import type { RecordFrame } from './frame.ts';
import { MAX_STAMP_MS, NO_STAMP, RecordHeader } from './record-header.ts';

/** Takes the records of one file into its track's table and tells at the end what the file held. */
export class RecordIntake {
  readonly #collector: NanoCollector;
  readonly #track: NanoTrack;
  readonly #file: string;
  readonly #key: string | undefined;
  readonly #header = new RecordHeader();
  #part: number;
  #partByte = 0;

  // The packet taken last, to tell repeats; its payload lies in the window, or in a copy once that is gone.
  #lastMs = NO_STAMP;
  #lastBytes: Uint8Array = new Uint8Array(0);
  #lastStart = 0;
  #lastEnd = 0;

  #records = 0;
  #packets = 0;
  #notOpus = 0;
  #badStamps = 0;
  #unstamped = 0;
  #unstampedStart = 0;
  #unstampedEnd = 0;
  #earliestMs = Infinity;
  #latestMs = NO_STAMP;
  #tocBits = 0;
  #sampleRate: number | undefined;

  /** @param key the player's name from the file's header, undefined when that cannot be read. */
  constructor(collector: NanoCollector, file: string, key: string | undefined, fileBytes: number) {
    this.#collector = collector;
    this.#file = file;
    this.#key = key;
    this.#track = collector.begin(file, key, fileBytes);
    this.#part = collector.addPart(file, 0);
  }

  /** The name that findings go under. */
  get player(): string {
    return this.#track.player;
  }

  /** Takes the record that begins at `at` of the window, which begins at `baseByte` of the file. */
  take(bytes: Uint8Array, baseByte: number, at: number, frame: RecordFrame): void {
    const { contentStart, endAt } = frame;
    const sizeBytes = endAt - contentStart;
    const units = packetUnits(bytes, contentStart, sizeBytes);
    this.#records++;
    if (units === 0) {
      this.#notOpus++;
      this.#report('not-opus', 'The content is not an Opus packet.', baseByte + at, baseByte + endAt);
      return;
    }
    const { packets } = this.#track;
    let stampMs = this.#stamp(bytes, frame);
    if (stampMs === NO_STAMP || stampMs > MAX_STAMP_MS) {
      this.#noteMissing(stampMs, baseByte + at, baseByte + endAt);
      stampMs = NO_STAMP;
    } else {
      if (stampMs < this.#earliestMs) this.#earliestMs = stampMs;
      if (stampMs > this.#latestMs) this.#latestMs = stampMs;
      if (stampMs === this.#lastMs && this.#repeatsLast(bytes, contentStart, sizeBytes)) {
        this.#track.repeats.push(packets.count);
      }
    }
    if (baseByte + endAt - this.#partByte > PART_BYTES) {
      this.#partByte = baseByte + at;
      this.#part = this.#collector.addPart(this.#file, this.#partByte);
    }
    const positionSamples = stampMs === NO_STAMP ? NaN : stampMs * SAMPLES_PER_MS;
    packets.add(positionSamples, sizeBytes, units, this.#part, baseByte + contentStart - this.#partByte);
    this.#packets++;
    this.#tocBits |= bytes[contentStart] ?? 0;
    this.#lastMs = stampMs;
    this.#lastBytes = bytes;
    this.#lastStart = contentStart;
    this.#lastEnd = endAt;
  }

  /** Keeps what is needed of a window that is about to go: the last packet, if it lies in it. */
  leaveWindow(bytes: Uint8Array): void {
    if (this.#lastBytes !== bytes) return;
    this.#lastBytes = new Uint8Array(bytes.subarray(this.#lastStart, this.#lastEnd));
    this.#lastStart = 0;
    this.#lastEnd = this.#lastBytes.length;
  }

  /** Adds the file's summary to its track. */
  finish(): void {
    if (this.#unstamped > 0) {
      const reason = `${this.#unstamped} of ${this.#packets} packets carry no time; they follow the packet before them.`;
      this.#report('no-timestamp', reason, this.#unstampedStart, this.#unstampedEnd);
    }
    this.#track.files.push({
      file: this.#file,
      key: this.#key,
      records: this.#records,
      packets: this.#packets,
      unstamped: this.#unstamped,
      badStamps: this.#badStamps,
      notOpus: this.#notOpus,
      firstMs: this.#latestMs === NO_STAMP ? undefined : this.#earliestMs,
      lastMs: this.#latestMs === NO_STAMP ? undefined : this.#latestMs,
      channels: this.#packets === 0 ? undefined : packetChannels(this.#tocBits),
      sampleRate: this.#sampleRate,
    });
  }

  #stamp(bytes: Uint8Array, frame: RecordFrame): number {
    const header = this.#header;
    if (!header.read(bytes, frame.headerStart, frame.headerEnd)) return NO_STAMP;
    this.#sampleRate ??= header.sampleRate;
    return header.stampMs;
  }

  #noteMissing(stampMs: number, startByte: number, endByte: number): void {
    if (stampMs !== NO_STAMP) {
      this.#badStamps++;
      this.#report(
        'bad-position',
        'The time of a record lies more than a year after the start.',
        startByte,
        endByte,
      );
      return;
    }
    if (this.#unstamped === 0) this.#unstampedStart = startByte;
    this.#unstamped++;
    this.#unstampedEnd = endByte;
  }

  /** Only asked when the stamps are equal: in a log of bursts too, sizes and first bytes nearly always differ. */
  #repeatsLast(bytes: Uint8Array, start: number, sizeBytes: number): boolean {
    const last = this.#lastBytes;
    const offset = this.#lastStart - start;
    const end = start + sizeBytes;
    if (this.#lastEnd - this.#lastStart !== sizeBytes) return false;
    for (let at = start; at < end; at++) if (bytes[at] !== last[at + offset]) return false;
    return true;
  }

  #report(kind: FindingKind, reason: string, startByte: number, endByte: number): void {
    const { player } = this.#track;
    this.#collector.findings.add({ kind, file: this.#file, startByte, endByte, reason, track: player });
  }
}
