import { MAX_PACKET_BYTES } from '../opus/toc.ts';

/** What a record begins with; nothing keeps a payload from holding it too. */
export const RECORD_MARKER: Buffer = Buffer.from('NANORC', 'latin1');

/** Marker and length of the header. */
const HEAD_BYTES = RECORD_MARKER.length + 2;

/** The content's length, between header and content. */
const LENGTH_BYTES = 8;

const MAX_HEADER_BYTES = 0xffff;

/** The longest record there can be: a longest header before a longest Opus packet. */
export const MAX_RECORD_BYTES: number = HEAD_BYTES + MAX_HEADER_BYTES + LENGTH_BYTES + MAX_PACKET_BYTES;

/**
 * The most bytes the scanner leaves unread at the end of a window: to judge a record it may have to look at another
 * one inside it, to that one's end, and at the header of the record behind that.
 */
export const MAX_UNREAD_BYTES: number = 2 * MAX_RECORD_BYTES + HEAD_BYTES + MAX_HEADER_BYTES + LENGTH_BYTES;

/**
 * How much of a record is there: none, as its lengths are impossible or its marker is missing; a part without the
 * content's length; all but the end of the content; the whole.
 */
export const FRAME = { none: 0, lengthsCut: 1, contentCut: 2, whole: 3 } as const;
export type FrameStatus = (typeof FRAME)[keyof typeof FRAME];

/** Where the parts of a record lie in a window. One instance is read into again and again: it costs no memory. */
export class RecordFrame {
  headerStart = 0;
  headerEnd = 0;
  contentStart = 0;
  /** One past the record's last byte. */
  endAt = 0;

  /** Reads the lengths of the record at `at`; the fields hold with `contentCut` and `whole`. */
  read(bytes: Uint8Array, at: number): FrameStatus {
    const room = bytes.length - at;
    if (room < HEAD_BYTES) return startsWithMarker(bytes, at) === 'no' ? FRAME.none : FRAME.lengthsCut;
    if (!isMarker(bytes, at)) return FRAME.none;
    const headerStart = at + HEAD_BYTES;
    const headerEnd = headerStart + ((bytes[at + 6] ?? 0) | ((bytes[at + 7] ?? 0) << 8));
    const contentStart = headerEnd + LENGTH_BYTES;
    if (contentStart > bytes.length) return FRAME.lengthsCut;
    const contentBytes =
      (bytes[headerEnd] ?? 0) | ((bytes[headerEnd + 1] ?? 0) << 8) | ((bytes[headerEnd + 2] ?? 0) << 16);
    const beyond =
      (bytes[headerEnd + 3] ?? 0) |
      (bytes[headerEnd + 4] ?? 0) |
      (bytes[headerEnd + 5] ?? 0) |
      (bytes[headerEnd + 6] ?? 0) |
      (bytes[headerEnd + 7] ?? 0);
    if (beyond !== 0 || contentBytes > MAX_PACKET_BYTES) return FRAME.none;
    this.headerStart = headerStart;
    this.headerEnd = headerEnd;
    this.contentStart = contentStart;
    this.endAt = contentStart + contentBytes;
    return this.endAt > bytes.length ? FRAME.contentCut : FRAME.whole;
  }
}

/** Whether the six bytes at `at` are a record's marker. */
export function isMarker(bytes: Uint8Array, at: number): boolean {
  // Asked at the end of each window too: a read behind it would make the compiler throw its fast code away.
  return (
    at + RECORD_MARKER.length <= bytes.length &&
    bytes[at] === 0x4e &&
    bytes[at + 1] === 0x41 &&
    bytes[at + 2] === 0x4e &&
    bytes[at + 3] === 0x4f &&
    bytes[at + 4] === 0x52 &&
    bytes[at + 5] === 0x43
  );
}

/** Whether a marker begins at `at`; `cut` when the bytes end before that is decided, or before they begin. */
export function startsWithMarker(bytes: Uint8Array, at: number): 'yes' | 'no' | 'cut' {
  const length = Math.min(RECORD_MARKER.length, bytes.length - at);
  for (let i = 0; i < length; i++) if (bytes[at + i] !== RECORD_MARKER[i]) return 'no';
  return length === RECORD_MARKER.length ? 'yes' : 'cut';
}
