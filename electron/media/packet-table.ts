import { FRAME_UNIT_SAMPLES } from '../../shared/time/samples.ts';
import { release } from './bytes/release.ts';

/**
 * The packets of one track as references: a struct of arrays, 17 bytes a packet, payload left on disk.
 * Row i of every column describes packet i; all columns have exactly `count` rows.
 */
export interface PacketTable {
  readonly count: number;
  /**
   * What `positionsSamples` means. `exact`: the sample position the recorder stamped.
   * `arrival`: the moment the packet arrived, with the network's jitter (nano-wal).
   */
  readonly clock: 'exact' | 'arrival';
  /** No rows after `withoutStamps`. Samples from T0; for an `arrival` clock, milliseconds times 48, or NaN for a packet without a stamp. */
  readonly positionsSamples: Float64Array;
  /** Payload bytes, 1 to 61298 (RFC 6716's limit fits 16 bits). */
  readonly sizesBytes: Uint16Array;
  /** Duration in units of 120 samples, 1 to 48. */
  readonly durationUnits: Uint8Array;
  /** Index into the list of log parts that the reader of the session holds. */
  readonly parts: Uint16Array;
  /** Payload offset within the part; a part spans less than 4 GiB. */
  readonly offsetsBytes: Uint32Array;
}

/** A stretch of a log file below 4 GiB: packet offsets count from `baseByte`. */
export interface LogPart {
  /** Path relative to the session folder, with forward slashes. */
  readonly file: string;
  readonly baseByte: number;
}

/** A part ends before this many bytes, so that offsets fit 32 bits. */
export const PART_BYTES = 2 ** 32;

/** Collects rows while a log is scanned; grows by half, so an 8-hour track is copied a handful of times. */
export class PacketTableBuilder {
  readonly #clock: PacketTable['clock'];
  #count = 0;
  #positions: Float64Array;
  #sizes: Uint16Array;
  #units: Uint8Array;
  #parts: Uint16Array;
  #offsets: Uint32Array;

  /** @param expected rows to make room for at once; room that is not used costs no memory. */
  constructor(clock: PacketTable['clock'], expected = 1024) {
    this.#clock = clock;
    const room = Math.max(16, expected);
    this.#positions = new Float64Array(room);
    this.#sizes = new Uint16Array(room);
    this.#units = new Uint8Array(room);
    this.#parts = new Uint16Array(room);
    this.#offsets = new Uint32Array(room);
  }

  get count(): number {
    return this.#count;
  }

  /** Appends one packet; see PacketTable for the units. */
  add(positionSamples: number, sizeBytes: number, units: number, part: number, offsetBytes: number): void {
    const row = this.#count;
    if (row === this.#positions.length) this.#grow();
    this.#positions[row] = positionSamples;
    this.#sizes[row] = sizeBytes;
    this.#units[row] = units;
    this.#parts[row] = part;
    this.#offsets[row] = offsetBytes;
    this.#count = row + 1;
  }

  /** The table of all rows so far; it shares memory with the builder, which is not used afterwards. */
  finish(): PacketTable {
    const count = this.#count;
    return {
      count,
      clock: this.#clock,
      positionsSamples: this.#positions.subarray(0, count),
      sizesBytes: this.#sizes.subarray(0, count),
      durationUnits: this.#units.subarray(0, count),
      parts: this.#parts.subarray(0, count),
      offsetsBytes: this.#offsets.subarray(0, count),
    };
  }

  /**
   * Appends `rows` packets of one part and returns their columns, still zeros, for the caller to fill in at once:
   * a call for each packet costs more than all else in reading an index.
   */
  extend(rows: number, part: number): Omit<PacketTable, 'clock' | 'parts'> {
    const first = this.#count;
    const end = first + rows;
    if (end > this.#positions.length) this.#grow(end);
    this.#count = end;
    this.#parts.fill(part, first, end);
    return {
      count: rows,
      positionsSamples: this.#positions.subarray(first, end),
      sizesBytes: this.#sizes.subarray(first, end),
      durationUnits: this.#units.subarray(first, end),
      offsetsBytes: this.#offsets.subarray(first, end),
    };
  }

  #grow(least = 0): void {
    const room = Math.max(least, Math.ceil(this.#positions.length * 1.5));
    this.#positions = grown(this.#positions, new Float64Array(room));
    this.#sizes = grown(this.#sizes, new Uint16Array(room));
    this.#units = grown(this.#units, new Uint8Array(room));
    this.#parts = grown(this.#parts, new Uint16Array(room));
    this.#offsets = grown(this.#offsets, new Uint32Array(room));
  }
}

function grown<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/**
 * The table without its stamps, half of its memory: once packets are placed, runs tell their positions, and a day of
 * them is written and verified without. The table passed in loses them too.
 */
export function withoutStamps(table: PacketTable): PacketTable {
  release(table.positionsSamples);
  return { ...table, positionsSamples: new Float64Array(0) };
}

/** Fewer rows than this are looked at one by one. */
const FEW_ROWS = 64;

/**
 * Whether rows `first` to `end` of a column of bytes are all alike: nearly every run's durations are. The stretch is
 * compared with itself, one row further, which is a single call instead of a loop over every packet.
 */
export function areAlike(column: Uint8Array, first: number, end: number): boolean {
  const rows = end - first;
  if (rows >= FEW_ROWS) {
    const bytes = Buffer.from(column.buffer, column.byteOffset + first, rows);
    return bytes.compare(bytes, 1, rows, 0, rows - 1) === 0;
  }
  for (let row = first + 1; row < end; row++) if (column[row] !== column[first]) return false;
  return true;
}

/** Rows of the packets that end behind a position in samples from T0, ascending. Positions must be finite. */
export function rowsBeyond(table: PacketTable, endSamples: number): readonly number[] {
  const { count, positionsSamples, durationUnits } = table;
  const rows: number[] = [];
  for (let row = 0; row < count; row++) {
    const end = (positionsSamples[row] ?? 0) + (durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES;
    if (end > endSamples) rows.push(row);
  }
  return rows;
}

/** End of the packet that ends last, in samples from T0; 0 for a table without packets. Positions must be finite. */
export function lastEndSamples(table: PacketTable): number {
  const { count, positionsSamples, durationUnits } = table;
  let last = 0;
  for (let row = 0; row < count; row++) {
    const end = (positionsSamples[row] ?? 0) + (durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES;
    if (end > last) last = end;
  }
  return last;
}
