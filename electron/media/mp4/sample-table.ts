import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { MAX_PACKET_BYTES, MAX_PACKET_UNITS } from '../opus/toc.ts';
import { areAlike } from '../packet-table.ts';
import { RunList } from './run-list.ts';

/** Rows of the caller's columns: packets that were recorded. The columns are read again when the file is laid out. */
export interface LoggedSegment {
  readonly kind: 'logged';
  readonly sizesBytes: Uint16Array;
  /** Units of 120 samples. */
  readonly durationUnits: Uint8Array;
  readonly first: number;
  readonly count: number;
}

/** Packets of silence, all alike, that the export lays where nothing was recorded. */
export interface FillerSegment {
  readonly kind: 'filler';
  readonly sizeBytes: number;
  /** Units of 120 samples. */
  readonly units: number;
  readonly count: number;
}

export type SampleSegment = LoggedSegment | FillerSegment;

/** Group description index of a recorded sample in the `fill` group: none. */
const RECORDED = 0;
/** Group description index of a sample that the export laid as silence. */
const FILLER = 1;

/**
 * The samples of one track in order, as references: what is kept per sample is what the caller keeps anyway,
 * so that a day of audio costs no memory here but for its irregularities.
 */
export class SampleTable {
  readonly #segments: SampleSegment[] = [];
  #count = 0;
  #durationSamples = 0;
  /** Runs of equal packet durations, in samples. */
  readonly durations = new RunList();
  /** Runs of RECORDED and FILLER samples. */
  readonly fill = new RunList();

  get segments(): readonly SampleSegment[] {
    return this.#segments;
  }

  get count(): number {
    return this.#count;
  }

  get hasFiller(): boolean {
    return this.fill.length > 1 || this.fill.valueAt(0) === FILLER;
  }

  /** Sum of the packets' durations, the last one whole. */
  get durationSamples(): number {
    return this.#durationSamples;
  }

  /** Duration of the last packet, 0 while there is none. */
  get lastDurationSamples(): number {
    return this.durations.valueAt(this.durations.length - 1);
  }

  /**
   * Appends recorded packets, rows `first` to `first + count`.
   * @throws RangeError when a row lies outside the columns or has no valid duration.
   */
  addLogged(sizesBytes: Uint16Array, durationUnits: Uint8Array, first: number, count: number): void {
    const rows = Math.min(sizesBytes.length, durationUnits.length);
    if (!isCount(first) || !isCount(count) || first + count > rows) {
      throw new RangeError(`expected rows within 0 to ${rows}, got ${count} from ${first}`);
    }
    this.#addDurations(durationUnits, first, first + count);
    this.fill.add(count, RECORDED);
    const last = this.#segments.at(-1);
    // A caller that adds packet by packet makes one segment, not one a packet.
    const continues =
      last?.kind === 'logged' &&
      last.sizesBytes === sizesBytes &&
      last.durationUnits === durationUnits &&
      last.first + last.count === first;
    if (continues) this.#segments[this.#segments.length - 1] = { ...last, count: last.count + count };
    else if (count > 0) this.#segments.push({ kind: 'logged', sizesBytes, durationUnits, first, count });
  }

  /**
   * Appends `count` packets of silence.
   * @throws RangeError when the size or duration cannot be an Opus packet's.
   */
  addFiller(sizeBytes: number, units: number, count: number): void {
    if (!isCount(count)) throw new RangeError(`expected a number of packets, got ${count}`);
    if (!isCount(sizeBytes) || sizeBytes === 0 || sizeBytes > MAX_PACKET_BYTES) {
      throw new RangeError(`expected a packet of 1 to ${MAX_PACKET_BYTES} bytes, got ${sizeBytes}`);
    }
    this.#addDuration(units, count);
    this.fill.add(count, FILLER);
    if (count > 0) this.#segments.push({ kind: 'filler', sizeBytes, units, count });
  }

  #addDurations(durationUnits: Uint8Array, first: number, end: number): void {
    const isUniform = areAlike(durationUnits, first, end);
    for (let row = first; row < end;) {
      const units = durationUnits[row] ?? 0;
      let next = isUniform ? end : row + 1;
      while (next < end && durationUnits[next] === units) next++;
      this.#addDuration(units, next - row);
      row = next;
    }
  }

  #addDuration(units: number, count: number): void {
    if (!isCount(units) || units === 0 || units > MAX_PACKET_UNITS) {
      throw new RangeError(`expected a duration of 1 to ${MAX_PACKET_UNITS} units, got ${units}`);
    }
    const durationSamples = units * FRAME_UNIT_SAMPLES;
    this.durations.add(count, durationSamples);
    this.#count += count;
    this.#durationSamples += durationSamples * count;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
