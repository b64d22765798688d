import type { FindingKind } from '../../../shared/model/finding.ts';
import { oggChecksum } from './checksum.ts';

/** An Ogg page that is whole and whose checksum matches (RFC 3533 section 6). */
export interface OggPage {
  readonly startByte: number;
  /** One past its last byte. */
  readonly endByte: number;
  /** Where the payload begins. */
  readonly bodyByte: number;
  /** Lacing values: 255 says that the packet goes on, anything less ends it. */
  readonly lacing: Uint8Array;
  /** The first packet here began on the page before. */
  readonly continued: boolean;
  readonly firstOfStream: boolean;
  readonly lastOfStream: boolean;
  /** Position after the last packet that ends here; undefined where none does, or where it is beyond 2^53. */
  readonly granule: number | undefined;
  readonly serial: number;
  readonly sequence: number;
}

/** Told about bytes that are no page. */
export type OnPageDamage = (kind: FindingKind, startByte: number, endByte: number, reason: string) => void;

const HEADER_BYTES = 27;
const CHECKSUM_AT = 22;
const CAPTURE_LENGTH = 4;

/**
 * Bytes spent on checksums that fail, for every byte of input, before pages are skipped whole. A file made of
 * overlapping page headers would otherwise cost two thousand times its length.
 */
const WASTE_FACTOR = 4;

/**
 * The pages of an Ogg file in order, whatever streams they belong to. What lies between them is passed to `onDamage`;
 * after damage the search goes on at the next capture pattern. Nothing is copied.
 */
export function* oggPages(bytes: Uint8Array, onDamage: OnPageDamage): Generator<OggPage, void> {
  let wasteLeft = WASTE_FACTOR * bytes.length;
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    if (!isCapture(bytes, start)) {
      at = nextCapture(bytes, start);
      onDamage('foreign-bytes', start, at, 'Bytes that are no Ogg page.');
      continue;
    }
    const page = readPage(bytes, start);
    if (page === undefined) {
      at = nextCapture(bytes, start + CAPTURE_LENGTH);
      if (at === bytes.length) onDamage('torn-tail', start, at, 'The file stops inside an Ogg page.');
      else onDamage('bad-header', start, at, 'An Ogg page header that cannot be read.');
    } else if (checksum(bytes, page) === checksumField(bytes, start)) {
      at = page.endByte;
      yield page;
    } else {
      wasteLeft -= page.endByte - start;
      const lengthsHold = page.endByte === bytes.length || isCapture(bytes, page.endByte);
      at = lengthsHold || wasteLeft < 0 ? page.endByte : nextCapture(bytes, start + CAPTURE_LENGTH);
      onDamage('bad-checksum', start, at, 'An Ogg page whose checksum does not match.');
    }
  }
}

/** Longest page there is. */
export const MOST_PAGE_BYTES = HEADER_BYTES + 255 + 255 * 255;

/** The page that bytes begin with, whatever its checksum; undefined where they begin with none, or not with all of it. */
export function oggPageAt(bytes: Uint8Array): OggPage | undefined {
  return isCapture(bytes, 0) ? readPage(bytes, 0) : undefined;
}

/** The page at `start`, its checksum not yet looked at; undefined when it is not version 0 or does not fit. */
function readPage(bytes: Uint8Array, start: number): OggPage | undefined {
  if (start + HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, HEADER_BYTES);
  const segments = view.getUint8(26); // page_segments
  const bodyByte = start + HEADER_BYTES + segments;
  if (view.getUint8(4) !== 0 || bodyByte > bytes.length) return undefined; // stream_structure_version
  const lacing = bytes.subarray(start + HEADER_BYTES, bodyByte);
  let endByte = bodyByte;
  for (const size of lacing) endByte += size;
  if (endByte > bytes.length) return undefined;
  const flags = view.getUint8(5); // header_type_flag
  const granule = view.getInt32(10, true) * 2 ** 32 + view.getUint32(6, true); // granule_position
  return {
    startByte: start,
    endByte,
    bodyByte,
    lacing,
    continued: (flags & 1) !== 0,
    firstOfStream: (flags & 2) !== 0,
    lastOfStream: (flags & 4) !== 0,
    granule: granule === -1 || !Number.isSafeInteger(granule) ? undefined : granule,
    serial: view.getUint32(14, true), // bitstream_serial_number
    sequence: view.getUint32(18, true), // page_sequence_number
  };
}

function checksumField(bytes: Uint8Array, start: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(CHECKSUM_AT, true);
}

/** The checksum over a page with zeros in place of its checksum field. */
function checksum(bytes: Uint8Array, page: OggPage): number {
  const fieldAt = page.startByte + CHECKSUM_AT;
  const before = oggChecksum(bytes, page.startByte, fieldAt, 0);
  return oggChecksum(bytes, fieldAt + 4, page.endByte, oggChecksum(new Uint8Array(4), 0, 4, before));
}

/** `OggS` at this place. */
function isCapture(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x4f && bytes[at + 1] === 0x67 && bytes[at + 2] === 0x67 && bytes[at + 3] === 0x53;
}

/** Where the next `OggS` begins at or after `from`, or the end. */
function nextCapture(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0x4f, from);
  while (at >= 0 && !isCapture(bytes, at)) at = bytes.indexOf(0x4f, at + 1);
  return at < 0 ? bytes.length : at;
}
