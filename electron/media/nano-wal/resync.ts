import { packetUnits } from '../opus/toc.ts';
import { FRAME, RECORD_MARKER, RecordFrame } from './frame.ts';
import { MAX_STAMP_MS, RecordHeader } from './record-header.ts';

/** Returned by `find` instead of a place. */
export const NO_RECORD = -1;

/** Where a search stands that cannot be finished with the bytes at hand. */
export interface SearchPaused {
  /** The candidate that needs more bytes behind it. */
  readonly candidate: number;
}

/**
 * Finds the places where records go on after damage. A marker alone proves nothing, as payloads may hold it, whole
 * records even: the lengths, the header and the Opus packet must make sense, and behind it another record or the
 * end of the file must follow.
 */
export class RecordFinder {
  readonly #frame = new RecordFrame();
  readonly #behind = new RecordFrame();
  readonly #header = new RecordHeader();

  /**
   * The first place in `bytes[from, to)` where a record begins, NO_RECORD, or the candidate that more bytes decide.
   * A marker that `bytes` cut short is not seen.
   * @param final whether the file ends with `bytes`.
   */
  find(bytes: Uint8Array, from: number, to: number, final: boolean): number | SearchPaused {
    const window = Buffer.from(
      bytes.buffer,
      bytes.byteOffset,
      Math.min(bytes.length, to + RECORD_MARKER.length - 1),
    );
    let at = window.indexOf(RECORD_MARKER, from);
    while (at >= 0) {
      const verdict = this.#goesOn(bytes, at, final);
      if (verdict === 'yes') return at;
      if (verdict === 'needs-more') return { candidate: at };
      at = window.indexOf(RECORD_MARKER, at + 1);
    }
    return NO_RECORD;
  }

  /** Whether header and content of a whole record make sense. */
  isSensible(bytes: Uint8Array, frame: RecordFrame): boolean {
    return (
      this.#isSensibleHeader(bytes, frame) &&
      packetUnits(bytes, frame.contentStart, frame.endAt - frame.contentStart) > 0
    );
  }

  #goesOn(bytes: Uint8Array, at: number, final: boolean): 'yes' | 'no' | 'needs-more' {
    const unfinished = final ? 'no' : 'needs-more';
    const status = this.#frame.read(bytes, at);
    if (status === FRAME.none) return 'no';
    if (status !== FRAME.whole) return unfinished;
    if (!this.isSensible(bytes, this.#frame)) return 'no';
    const behind = this.#frame.endAt;
    switch (this.#behind.read(bytes, behind)) {
      case FRAME.none:
        return 'no';
      case FRAME.lengthsCut:
        return final ? 'yes' : 'needs-more';
      default:
        return this.#isSensibleHeader(bytes, this.#behind) ? 'yes' : 'no';
    }
  }

  /** A record without a header is as nano-wal allows it. */
  #isSensibleHeader(bytes: Uint8Array, frame: RecordFrame): boolean {
    if (frame.headerStart === frame.headerEnd) return true;
    return (
      this.#header.read(bytes, frame.headerStart, frame.headerEnd) && this.#header.stampMs <= MAX_STAMP_MS
    );
  }
}
