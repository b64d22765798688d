import type { BegunSegment, LogCollector } from './collector.ts';
import { PART_BYTES } from '../packet-table.ts';
import { viewOf } from './byte-sink.ts';
import { DamagedStretch, damageStart } from './damage.ts';
import { parseEntry } from './entry.ts';
import { collectPackets } from './packets.ts';
import {
  MAX_POSITION_SAMPLES,
  NEEDS_MORE,
  NOT_A_RECORD,
  parseRecordHeader,
  RECORD,
  RECORD_HEADER_BYTES,
  RECORD_MARKER,
  recordBytesAt,
} from './record.ts';
import { parseSegmentHeader } from './segment.ts';

/**
 * Reads one segment from front to back into a collector, damage and all. The caller presents the file in
 * windows of any size; what a window holds does not change the result.
 *
 * Every record's checksum is computed, of tracks that are not asked for too, so the damage reported does not depend
 * on who is asked for; only their tables are left out.
 */
export class SegmentScanner {
  readonly #collector: LogCollector;
  readonly #file: string;
  /** Undefined before the header, and in a file of which nothing is read. */
  #begun: BegunSegment | undefined;
  #phase: 'header' | 'records' | 'ignored' = 'header';
  #tag: number | undefined;
  #part = 0;
  #partByte = 0;
  #damage: DamagedStretch | undefined;
  /** Why nothing is read of the file. */
  #ignoredBecause = '';
  #ignoredKind: 'bad-header' | 'foreign-bytes' = 'bad-header';

  /** @param file path within the session folder; its number stands in for a header that cannot be read. */
  constructor(collector: LogCollector, file: string) {
    this.#collector = collector;
    this.#file = file;
  }

  /**
   * Takes the window `bytes`, which begins at `baseByte` of the file, and returns how many of its bytes are done with.
   * The rest, never more than MAX_RECORD_BYTES, is to be presented again with more bytes behind it.
   * @param final whether the file ends with the window; then every byte is done with.
   */
  scan(bytes: Uint8Array, baseByte: number, final: boolean): number {
    let at = 0;
    if (this.#phase === 'header') {
      const size = this.#readHeader(bytes, final);
      if (size === NEEDS_MORE) return 0;
      at = size;
    }
    if (this.#phase === 'records') at = this.#readRecords(bytes, baseByte, at, final);
    if (final) this.#finish(baseByte + bytes.length);
    return final || this.#phase === 'ignored' ? bytes.length : at;
  }

  /** Length of the header, 0 when there is none to skip, NEEDS_MORE. */
  #readHeader(bytes: Uint8Array, final: boolean): number {
    const result = parseSegmentHeader(bytes);
    if (result.status === 'needs-more' && !final) return NEEDS_MORE;
    if (result.status === 'newer') {
      this.#ignore('bad-header', 'The segment was written by a newer version of Tailslate.');
      return 0;
    }
    const header = result.status === 'read' ? result.header : undefined;
    this.#begun = this.#collector.begin(this.#file, header);
    if (this.#begun === undefined) {
      this.#ignore(
        'foreign-bytes',
        `The segment is number ${header?.number ?? 0} of session ${header?.sessionId ?? ''}, out of place here.`,
      );
      return 0;
    }
    this.#phase = 'records';
    this.#tag = this.#begun.tag;
    this.#part = this.#begun.part;
    if (result.status === 'read') return result.sizeBytes;
    const cut = result.status === 'needs-more';
    this.#damage = new DamagedStretch(0, cut ? 'cut-segment-header' : 'segment-header');
    return 0;
  }

  #readRecords(bytes: Uint8Array, baseByte: number, start: number, final: boolean): number {
    const view = viewOf(bytes);
    let at = start;
    while (at < bytes.length) {
      const size = recordBytesAt(bytes, view, at, this.#tag);
      if (size > NOT_A_RECORD) {
        this.#closeDamage(false);
        this.#takeRecord(bytes, view, baseByte, at, size);
        at += size;
        continue;
      }
      if (size === NEEDS_MORE && !final) return at;
      this.#damage ??= new DamagedStretch(baseByte + at, damageStart(bytes, view, at, this.#tag));
      const next = nextMarker(bytes, at + 1, final);
      this.#damage.extend(bytes, at, next);
      at = next;
    }
    return at;
  }

  #takeRecord(bytes: Uint8Array, view: DataView, baseByte: number, at: number, size: number): void {
    this.#tag ??= view.getUint32(at + 4, true);
    const header = parseRecordHeader(view, at);
    const end = at + size;
    switch (header.type) {
      case RECORD.packets:
        if (this.#collector.wants(header.track)) this.#takePackets(bytes, header, baseByte, at, end);
        // Who is there is asked for too: behind a lost header only the records tell.
        else this.#collector.track(header.track, 1);
        return;
      case RECORD.index:
      case RECORD.directory:
        return;
      case RECORD.seal:
        if (this.#begun !== undefined) this.#begun.segment.sealed = true;
        return;
    }
    const entry = parseEntry(header, bytes, view, at + RECORD_HEADER_BYTES, end);
    if (entry.type === 'unknown') {
      this.#collector.unknownRecords++;
    } else if (entry.type === 'malformed') {
      this.#report('bad-header', 'A record whose content cannot be read.', baseByte + at, baseByte + end);
    } else if (header.positionSamples > MAX_POSITION_SAMPLES) {
      this.#report('bad-position', 'A record far beyond any session.', baseByte + at, baseByte + end);
    } else {
      this.#collector.add(entry);
    }
  }

  #takePackets(
    bytes: Uint8Array,
    header: { readonly track: number; readonly positionSamples: number },
    baseByte: number,
    at: number,
    end: number,
  ): void {
    if (baseByte + end - this.#partByte > PART_BYTES) {
      this.#partByte = baseByte + at;
      this.#part = this.#collector.addPart(this.#file, this.#partByte);
    }
    const { track, positionSamples } = header;
    const place = { part: this.#part, file: this.#file, partByte: this.#partByte };
    collectPackets(
      bytes,
      { track, positionSamples, ...place, baseByte, startByte: at, endByte: end },
      this.#collector,
    );
  }

  #ignore(kind: 'bad-header' | 'foreign-bytes', reason: string): void {
    this.#phase = 'ignored';
    this.#ignoredKind = kind;
    this.#ignoredBecause = reason;
  }

  #finish(fileBytes: number): void {
    if (this.#phase === 'ignored') this.#report(this.#ignoredKind, this.#ignoredBecause, 0, fileBytes);
    this.#closeDamage(true);
  }

  #closeDamage(atEnd: boolean): void {
    if (this.#damage === undefined) return;
    this.#collector.findings.add(this.#damage.finding(this.#file, atEnd));
    this.#damage = undefined;
  }

  #report(
    kind: 'bad-header' | 'bad-position' | 'foreign-bytes',
    reason: string,
    startByte: number,
    endByte: number,
  ): void {
    this.#collector.findings.add({ kind, file: this.#file, startByte, endByte, reason });
  }
}

/**
 * Where, from `from` on, a record may begin: at the next marker, or at the last bytes of the window that could
 * be the beginning of one.
 */
function nextMarker(bytes: Uint8Array, from: number, final: boolean): number {
  const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(RECORD_MARKER, from);
  if (found >= 0) return found;
  return final ? bytes.length : Math.max(from, bytes.length - (RECORD_MARKER.length - 1));
}
