import type { Finding, FindingKind } from '../../../shared/model/finding.ts';
import { ByteStretch } from '../findings/byte-stretch.ts';

/**
 * A run of zeros this long was never written: a record's header has fewer in a row, and compressed audio has none
 * but in a coder's padding, where only the name of the finding would be wrong.
 */
const HOLE_BYTES = 64;

/** What stands where a damaged stretch begins. */
export type DamageStart = 'file-header' | 'cut-file-header' | 'record' | 'cut-record' | 'other';

/**
 * A stretch without readable records, from the end of what was good to the next good record. However many records
 * it swallowed, it is one finding.
 */
export class DamagedStretch extends ByteStretch {
  readonly #start: DamageStart;

  /** @param startByte where it begins in the file. */
  constructor(startByte: number, start: DamageStart) {
    super(startByte);
    this.#start = start;
  }

  /** The finding, once a good record or, with `atEnd`, the end of the file was reached. */
  finding(file: string, track: string, atEnd: boolean): Finding {
    const { startByte } = this;
    const { kind, reason } = this.#verdict(atEnd);
    return { kind, file, startByte, endByte: this.endByte, reason, track };
  }

  #verdict(atEnd: boolean): { kind: FindingKind; reason: string } {
    switch (this.#start) {
      case 'cut-file-header':
        return { kind: 'torn-tail', reason: `The file stops inside its header. ${NAMED_BY_FILE}` };
      case 'file-header':
        return { kind: 'bad-header', reason: `The header of the file cannot be read. ${NAMED_BY_FILE}` };
      default:
    }
    if (this.longestZeros >= Math.min(HOLE_BYTES, this.endByte - this.startByte)) {
      return { kind: 'hole', reason: 'Zeros lie where records should be.' };
    }
    if (this.#start === 'cut-record' && atEnd) {
      return { kind: 'torn-tail', reason: 'The file stops inside a record.' };
    }
    return this.#start === 'other'
      ? { kind: 'foreign-bytes', reason: 'Bytes that are not part of a record.' }
      : { kind: 'bad-header', reason: 'The header of a record makes no sense.' };
  }
}

const NAMED_BY_FILE = "The player is named after what the file's name tells.";
