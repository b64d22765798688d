import type { Finding, FindingKind } from '../../../shared/model/finding.ts';
import { ByteStretch } from '../findings/byte-stretch.ts';
import { MAX_RECORD_BYTES, RECORD_HEADER_BYTES, startsLikeRecord } from './record.ts';

/** A run of zeros this long was never written: the smallest unit a disk or file system leaves out is a sector. */
const HOLE_BYTES = 512;

/** What the first bytes of a damaged stretch look like. */
export type DamageStart = 'segment-header' | 'cut-segment-header' | 'record' | 'cut-record' | 'other';

/**
 * One stretch of bytes in which no record could be read, from the end of one good record to the start of the next.
 * However many records it swallowed, it is one finding.
 */
export class DamagedStretch extends ByteStretch {
  readonly #start: DamageStart;

  /** @param startByte where it begins in the file. */
  constructor(startByte: number, start: DamageStart) {
    super(startByte);
    this.#start = start;
  }

  /** The finding, once a good record or, with `atEnd`, the end of the file was reached. */
  finding(file: string, atEnd: boolean): Finding {
    const { kind, reason } = this.#verdict(atEnd);
    return { kind, file, startByte: this.startByte, endByte: this.endByte, reason };
  }

  #verdict(atEnd: boolean): { kind: FindingKind; reason: string } {
    const allZeros = this.longestZeros > 0 && this.longestZeros === this.endByte - this.startByte;
    if (allZeros || this.longestZeros >= HOLE_BYTES) return HOLE;
    if (atEnd && this.#start === 'cut-record') {
      return { kind: 'torn-tail', reason: 'The file stops inside a record.' };
    }
    if (atEnd && this.#start === 'cut-segment-header') {
      return { kind: 'torn-tail', reason: 'The file stops before the end of its header.' };
    }
    switch (this.#start) {
      case 'segment-header':
      case 'cut-segment-header':
        return { kind: 'bad-header', reason: 'The header of the segment cannot be read.' };
      case 'record':
      case 'cut-record':
        return { kind: 'bad-checksum', reason: 'The checksum does not match the bytes.' };
      case 'other':
        return { kind: 'foreign-bytes', reason: 'Bytes that are not part of this log.' };
    }
  }
}

const HOLE: { kind: FindingKind; reason: string } = {
  kind: 'hole',
  reason: 'Zeros lie where records should be.',
};

/**
 * What the bytes at `at` look like, where no valid record begins and `bytes` ends with the file or reaches
 * far enough to tell.
 */
export function damageStart(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  tag: number | undefined,
): DamageStart {
  if (!startsLikeRecord(bytes, at, tag)) return 'other';
  const room = bytes.length - at;
  if (room < RECORD_HEADER_BYTES) return 'cut-record';
  const total = RECORD_HEADER_BYTES + view.getUint32(at + 16, true);
  return total > room && total <= MAX_RECORD_BYTES ? 'cut-record' : 'record';
}
