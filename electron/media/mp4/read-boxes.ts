import type { MovieFinding, MovieFindingKind } from '../../../shared/model/verify-report.ts';
import { ByteReader } from '../bytes/reader.ts';

/** A file whose every box is wrong says so in a page, not in a million lines. */
const MAX_FINDINGS = 100;

/**
 * Boxes looked into per file: so many, or one in so many bytes where that is more. A file of eight hours in fragments of
 * half a second has 0.6 million, one of 32 tracks that are silent for a day 8 million of 70 bytes; one that consists of
 * empty boxes would otherwise cost its whole size in objects.
 */
const MAX_BOXES = 2 ** 22;
const BYTES_PER_BOX = 32;

/** What reading one file has found wrong so far, and how much work it has cost. */
export class ReadContext {
  /** Size of the file: no offset, size or sample count is believed beyond it. */
  readonly sizeBytes: number;
  readonly #findings: MovieFinding[] = [];
  #unlisted = 0;
  #boxes = 0;

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
  }

  find(kind: MovieFindingKind, startByte: number, endByte: number, reason: string): void {
    // A box may say that it ends beyond the file.
    const end = Math.min(endByte, this.sizeBytes);
    if (this.#findings.length < MAX_FINDINGS)
      this.#findings.push({ kind, startByte: Math.min(startByte, end), endByte: end, reason });
    else this.#unlisted++;
  }

  /** Counts a box; false once a file has had more than any real one. */
  admitBox(startByte: number): boolean {
    const most = Math.max(MAX_BOXES, Math.floor(this.sizeBytes / BYTES_PER_BOX));
    if (++this.#boxes <= most) return true;
    if (this.#boxes === most + 1) {
      const reason = `the file has more than ${most} boxes; those after byte ${startByte} are not read`;
      this.find('bad-box', startByte, this.sizeBytes, reason);
    }
    return false;
  }

  findings(): readonly MovieFinding[] {
    if (this.#unlisted === 0) return this.#findings;
    const reason = `${this.#unlisted} more findings are not listed`;
    return [...this.#findings, { kind: 'bad-box', startByte: 0, endByte: this.sizeBytes, reason }];
  }
}

/** A box that lies in memory (ISO/IEC 14496-12 section 4.2). */
export interface Box {
  readonly type: string;
  /** Place of the box in the file. */
  readonly startByte: number;
  readonly endByte: number;
  /** Everything after the header. */
  readonly body: Uint8Array;
}

/** Size and type of a box as its header states them; `sizeBytes` 0 means up to the end of the file. */
export interface BoxHeader {
  readonly type: string;
  readonly headerBytes: number;
  readonly sizeBytes: number;
}

/** The longest header: 32-bit size 1, type, 64-bit size. */
export const MAX_HEADER_BYTES = 16;

/** Reads a box header (ISO/IEC 14496-12 section 4.2); undefined when the bytes end within it. */
export function readBoxHeader(bytes: Uint8Array): BoxHeader | undefined {
  const reader = new ByteReader(bytes);
  const size = reader.u32();
  const type = reader.fourcc();
  const sizeBytes = size === 1 ? reader.u64() : size;
  return reader.overran ? undefined : { type, headerBytes: reader.at, sizeBytes };
}

/** The boxes that fill `body`, which starts at `bodyByte` of the file; stops with a finding at one that cannot be. */
export function childBoxes(body: Uint8Array, bodyByte: number, context: ReadContext): readonly Box[] {
  const boxes: Box[] = [];
  let at = 0;
  // Up to seven bytes may be left: QuickTime closes a list with a zero of 32 bits.
  while (body.length - at >= 8) {
    const startByte = bodyByte + at;
    if (!context.admitBox(startByte)) break;
    const header = readBoxHeader(body.subarray(at, at + MAX_HEADER_BYTES));
    if (
      header === undefined ||
      header.sizeBytes < header.headerBytes ||
      header.sizeBytes > body.length - at
    ) {
      const size = header === undefined ? 'no whole header' : `a size of ${header.sizeBytes} bytes`;
      const reason = `box ${printable(header?.type ?? '')} has ${size} where ${body.length - at} bytes are left`;
      context.find('bad-box', startByte, bodyByte + body.length, reason);
      break;
    }
    const end = at + header.sizeBytes;
    boxes.push({
      type: header.type,
      startByte,
      endByte: bodyByte + end,
      body: body.subarray(at + header.headerBytes, end),
    });
    at = end;
  }
  return boxes;
}

/** The children of a box whose own fields take `fieldBytes`. */
export function childrenOf(box: Box | undefined, context: ReadContext, fieldBytes = 0): readonly Box[] {
  if (box === undefined || box.body.length < fieldBytes) return [];
  return childBoxes(box.body.subarray(fieldBytes), box.endByte - box.body.length + fieldBytes, context);
}

/** The first box of a type. */
export function findBox(boxes: readonly Box[], type: string): Box | undefined {
  return boxes.find((box) => box.type === type);
}

/** Version and flags, then the fields: a full box (ISO/IEC 14496-12 section 4.2). */
export function fullBox(box: Box): { version: number; flags: number; reader: ByteReader } {
  const reader = new ByteReader(box.body);
  return { version: reader.u8(), flags: reader.u24(), reader };
}

/** A finding about a box that is shorter than its fields. */
export function tooShort(box: Box, context: ReadContext): void {
  context.find(
    'bad-box',
    box.startByte,
    box.endByte,
    `box ${printable(box.type)} is too short for its fields`,
  );
}

/**
 * How many of `claimed` entries of `entryBytes` each the box can hold; a finding when that is fewer. What is
 * allocated for a table follows from this count, never from the claim.
 */
export function boundedCount(
  box: Box,
  reader: ByteReader,
  claimed: number,
  entryBytes: number,
  context: ReadContext,
): number {
  const room = Math.floor(reader.remaining / entryBytes);
  if (claimed <= room) return claimed;
  const reason = `box ${printable(box.type)} claims ${claimed} entries and has room for ${room}`;
  context.find('bad-table', box.startByte, box.endByte, reason);
  return room;
}

/** A four-character code with whatever cannot be shown replaced. */
export function printable(fourcc: string): string {
  return `'${fourcc.replace(/[^\x20-\x7e\xa1-\xff]/g, '?')}'`;
}
