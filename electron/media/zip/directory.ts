import type { ZipFault } from '../../../shared/model/error-detail.ts';
import type { ByteSource } from '../byte-source.ts';

/** A file in a zip archive, as the central directory lists it (APPNOTE.TXT 6.3.10 section 4.3.12). */
export interface ZipEntry {
  /** As written; a path of somebody else's machine, never one of ours. */
  readonly name: string;
  /** 0 stored, 8 deflated; others cannot be read. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Where its local header begins. */
  readonly headerByte: number;
}

/** What was found, or why nothing: one sentence. */
export type ZipResult = { readonly entries: readonly ZipEntry[] } | { readonly fault: ZipFault };

const END_SIGNATURE = 0x0605_4b50;
const END_BYTES = 22;
const LOCATOR_SIGNATURE = 0x0706_4b50;
const LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x0606_4b50;
const END64_BYTES = 56;
const ENTRY_SIGNATURE = 0x0201_4b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x0403_4b50;
const LOCAL_BYTES = 30;
/** The comment after the end record takes 16 bits. */
const MOST_COMMENT = 0xffff;
/** A recording has a handful of files; a directory beyond this is made to cost memory. */
const MOST_DIRECTORY_BYTES = 4 << 20;
/** Set in an entry's flags: encrypted; its name is UTF-8. */
const ENCRYPTED = 1;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads the central directory of a zip archive, zip64 included. Local headers are not trusted: archives that were
 * written as a stream leave their sizes out there. No length is believed beyond the file, and entries that together
 * claim more bytes than the file has, as overlapping ones do, are refused.
 */
export async function readZipDirectory(source: ByteSource): Promise<ZipResult> {
  const tailByte = Math.max(0, source.sizeBytes - END_BYTES - MOST_COMMENT - LOCATOR_BYTES);
  const tail = viewOf(await source.read(tailByte, source.sizeBytes - tailByte));
  const endAt = findEnd(tail);
  if (endAt === undefined) return { fault: 'no-end' };
  const directory = (await readEnd64(source, tail, endAt)) ?? {
    count: tail.getUint16(endAt + 10, true), // total number of entries
    sizeBytes: tail.getUint32(endAt + 12, true), // size of the central directory
    startByte: tail.getUint32(endAt + 16, true), // offset of start of central directory
  };
  const { count, sizeBytes, startByte } = directory;
  if (startByte + sizeBytes > source.sizeBytes) return { fault: 'list-beyond' };
  if (sizeBytes > MOST_DIRECTORY_BYTES) return { fault: 'list-long' };
  const entries = parseEntries(viewOf(await source.read(startByte, sizeBytes)), count);
  if (entries === undefined) return { fault: 'list-damaged' };
  const claimed = entries.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
  if (claimed > source.sizeBytes) return { fault: 'sizes' };
  return { entries };
}

/** Where an entry's bytes begin; undefined when its local header is not where the directory says. */
export async function entryDataByte(source: ByteSource, entry: ZipEntry): Promise<number | undefined> {
  const header = viewOf(await source.read(entry.headerByte, LOCAL_BYTES));
  if (header.byteLength < LOCAL_BYTES || header.getUint32(0, true) !== LOCAL_SIGNATURE) return undefined;
  const nameBytes = header.getUint16(26, true); // file name length
  const extraBytes = header.getUint16(28, true); // extra field length
  const dataByte = entry.headerByte + LOCAL_BYTES + nameBytes + extraBytes;
  return dataByte + entry.packedBytes <= source.sizeBytes ? dataByte : undefined;
}

/** The last end record whose comment reaches the end of the file. */
function findEnd(tail: DataView): number | undefined {
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength) return at;
  }
  return undefined;
}

async function readEnd64(
  source: ByteSource,
  tail: DataView,
  endAt: number,
): Promise<{ count: number; sizeBytes: number; startByte: number } | undefined> {
  const locatorAt = endAt - LOCATOR_BYTES;
  if (locatorAt < 0 || tail.getUint32(locatorAt, true) !== LOCATOR_SIGNATURE) return undefined;
  const endByte = u64(tail, locatorAt + 8); // relative offset of the zip64 end record
  if (endByte + END64_BYTES > source.sizeBytes) return undefined;
  const end = viewOf(await source.read(endByte, END64_BYTES));
  if (end.byteLength < END64_BYTES || end.getUint32(0, true) !== END64_SIGNATURE) return undefined;
  return { count: u64(end, 32), sizeBytes: u64(end, 40), startByte: u64(end, 48) };
}

function parseEntries(view: DataView, count: number): ZipEntry[] | undefined {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) return undefined;
    const nameBytes = view.getUint16(at + 28, true); // file name length
    const extraBytes = view.getUint16(at + 30, true); // extra field length
    const nextAt = at + ENTRY_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true); // comment length
    if (nextAt > view.byteLength) return undefined;
    const nameAt = view.byteOffset + at + ENTRY_BYTES;
    const extraAt = at + ENTRY_BYTES + nameBytes;
    const sizes = zip64Sizes(view, extraAt, extraAt + extraBytes, {
      sizeBytes: view.getUint32(at + 24, true), // uncompressed size
      packedBytes: view.getUint32(at + 20, true), // compressed size
      headerByte: view.getUint32(at + 42, true), // relative offset of local header
    });
    entries.push({
      name: utf8.decode(new Uint8Array(view.buffer, nameAt, nameBytes)),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & ENCRYPTED) !== 0,
      crc32: view.getUint32(at + 16, true),
      ...sizes,
    });
    at = nextAt;
  }
  return entries;
}

interface Sizes {
  readonly sizeBytes: number;
  readonly packedBytes: number;
  readonly headerByte: number;
}

/** Fields that do not fit 32 bits stand in the zip64 extra field, in this order (section 4.5.3). */
function zip64Sizes(view: DataView, fromAt: number, endAt: number, sizes: Sizes): Sizes {
  const FULL = 0xffff_ffff;
  for (let at = fromAt; at + 4 <= endAt;) {
    const dataAt = at + 4;
    const nextAt = dataAt + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1 && nextAt <= endAt) {
      let field = dataAt;
      const wide = (value: number): number => {
        if (value !== FULL || field + 8 > nextAt) return value;
        field += 8;
        return u64(view, field - 8);
      };
      const sizeBytes = wide(sizes.sizeBytes);
      const packedBytes = wide(sizes.packedBytes);
      return { sizeBytes, packedBytes, headerByte: wide(sizes.headerByte) };
    }
    at = nextAt;
  }
  return sizes;
}

/** A number beyond 2^53 is beyond every file, however it is rounded. */
function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
