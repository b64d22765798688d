import { type Hash, createHash } from 'node:crypto';
import type { PayloadCheck } from '../../media/log/collector.ts';
import type { PacketTable } from '../../media/packet-table.ts';
import { eventLoopTurn } from '../../io/direct-io.ts';
import type { OutputFile } from '../../io/output-file.ts';
import type { PayloadReader } from '../../io/payload-reader.ts';
import { IndexChecks } from '../session/index-checks.ts';

/** What is copied, hashed and written stays in the processor's cache. */
const BUFFER_BYTES = 256 << 10;

/**
 * Writes sample payload one after another into an output file: recorded packets, which go into the digest, and
 * filler and the boxes between fragments, which do not.
 */
export class PayloadWriter {
  readonly #output: OutputFile;
  readonly #tracks: readonly { readonly digest: Hash; readonly checks: IndexChecks }[];
  readonly #onWrite: (positionBytes: number) => void;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #track: { readonly digest: Hash; readonly checks: IndexChecks };
  #at = 0;
  /** Start of the recorded bytes in the buffer that are not in the digest yet. */
  #recordedFrom = 0;
  #position: number;

  /**
   * @param options.checks for each track, compared while rows of the unchanged table are copied in order; see
   *   PayloadCheck.
   * @param options.onWrite called with the position reached each time a buffer is full; may throw to stop.
   */
  constructor(
    output: OutputFile,
    startByte: number,
    options: {
      readonly checks: readonly (readonly PayloadCheck[])[];
      readonly onWrite: (positionBytes: number) => void;
    },
  ) {
    this.#output = output;
    this.#position = startByte;
    this.#tracks = options.checks.map((checks) => ({
      digest: createHash('sha256'),
      checks: new IndexChecks(checks),
    }));
    this.#track = this.#trackAt(0);
    this.#onWrite = options.onWrite;
  }

  /** What follows belongs to this track: an index into the checks. */
  select(track: number): void {
    this.#digestRecorded();
    this.#track = this.#trackAt(track);
  }

  /** Appends rows [first, end) of the track's table. @throws StaleIndexError when a check fails. */
  async packets(reader: PayloadReader, table: PacketTable, first: number, end: number): Promise<void> {
    let row = first;
    while (row < end) {
      const next = reader.copy(
        table,
        row,
        Math.min(end, this.#track.checks.boundaryAfter(row)),
        this.#buffer,
        this.#at,
      );
      const from = this.#at;
      this.#at += reader.copiedBytes;
      if (next > row) this.#track.checks.compare(row, next, this.#buffer.subarray(from, this.#at));
      if (next < end && this.#at + (table.sizesBytes[next] ?? 0) > BUFFER_BYTES) await this.#flush();
      row = next;
    }
  }

  /** Appends the same packet of silence `count` times. */
  async filler(packet: Uint8Array, count: number): Promise<void> {
    this.#digestRecorded();
    for (let left = count; left > 0;) {
      if (this.#at + packet.length > BUFFER_BYTES) await this.#flush();
      const fitting = Math.min(left, Math.floor((BUFFER_BYTES - this.#at) / packet.length));
      const end = this.#at + fitting * packet.length;
      this.#buffer.fill(packet, this.#at, end);
      left -= fitting;
      this.#at = end;
      // At once, since the buffer may be flushed before the rest.
      this.#recordedFrom = end;
    }
  }

  /** Appends what is no payload and in no digest. */
  async boxes(bytes: Uint8Array): Promise<void> {
    this.#digestRecorded();
    for (let at = 0; at < bytes.length;) {
      if (this.#at === BUFFER_BYTES) await this.#flush();
      const piece = bytes.subarray(at, at + BUFFER_BYTES - this.#at);
      this.#buffer.set(piece, this.#at);
      this.#at += piece.length;
      at += piece.length;
      this.#recordedFrom = this.#at;
    }
  }

  /** Writes what is left. @returns where the payload ends and each track's digest over its recorded packets in hex. */
  async finish(): Promise<{ endByte: number; digests: readonly string[] }> {
    await this.#flush();
    return { endByte: this.#position, digests: this.#tracks.map(({ digest }) => digest.digest('hex')) };
  }

  #trackAt(index: number): { readonly digest: Hash; readonly checks: IndexChecks } {
    const track = this.#tracks[index];
    if (track === undefined)
      throw new RangeError(`expected a track from 0 to ${this.#tracks.length - 1}, got ${index}`);
    return track;
  }

  #digestRecorded(): void {
    if (this.#at > this.#recordedFrom)
      this.#track.digest.update(this.#buffer.subarray(this.#recordedFrom, this.#at));
    this.#recordedFrom = this.#at;
  }

  async #flush(): Promise<void> {
    this.#digestRecorded();
    await eventLoopTurn();
    this.#onWrite(this.#position + this.#at);
    await this.#output.put(this.#buffer.subarray(0, this.#at), this.#position);
    this.#position += this.#at;
    this.#at = 0;
    this.#recordedFrom = 0;
  }
}
