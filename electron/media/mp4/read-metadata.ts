import { ByteReader } from '../bytes/reader.ts';
import { type Box, childrenOf, findBox, type ReadContext } from './read-boxes.ts';

/** One item of a file's or track's metadata. */
export interface MetadataItem {
  /** Who defined a free-form item, as `com.apple.iTunes`; undefined for items named by a four-character code. */
  readonly mean: string | undefined;
  /** The code, as `©nam` or `trkn`, or the name of a free-form item. */
  readonly name: string;
  /** Text, or a number or pair (`3/12`) as text; undefined for anything else, as pictures. */
  readonly value: string | undefined;
  readonly sizeBytes: number;
}

/** The value of an item; of several with the same name the first. */
export function itemValue(
  items: readonly MetadataItem[],
  mean: string | undefined,
  name: string,
): string | undefined {
  return items.find((item) => item.mean === mean && item.name === name)?.value;
}

/** Longest text taken into memory: notes of a session may be long, lyrics are, and more is not text. */
const MAX_TEXT_BYTES = 1 << 20;

const utf16 = new TextDecoder('utf-16be');

/**
 * Items in a `udta` box: the list of iTunes metadata (`meta/ilst`, as documented in QTFF "Metadata") and
 * QuickTime's own texts (`©nam` and the like: QTFF "User Data Atoms").
 */
export function readMetadata(udta: Box | undefined, context: ReadContext): readonly MetadataItem[] {
  const children = childrenOf(udta, context);
  const items: MetadataItem[] = [];
  for (const box of children) {
    if (box.type === 'meta') {
      const list = findBox(childrenOf(box, context, metaFieldBytes(box)), 'ilst');
      for (const item of childrenOf(list, context)) readItem(item, items, context);
    } else if (box.type.startsWith('©')) {
      const reader = new ByteReader(box.body);
      const length = reader.u16();
      reader.skip(2);
      const value = reader.text(Math.min(length, reader.remaining));
      items.push({ mean: undefined, name: box.type, value, sizeBytes: value.length });
    }
  }
  return items;
}

/** The name of a track: `udta/name` holds bare text, as QuickTime has it. */
export function readTrackName(udta: Box | undefined, context: ReadContext): string {
  const box = findBox(childrenOf(udta, context), 'name');
  if (box === undefined) return '';
  return new ByteReader(box.body).text(Math.min(box.body.length, MAX_TEXT_BYTES)).replace(/^\0+|\0+$/g, '');
}

/** ISO's `meta` begins with version and flags, QuickTime's with its first child. */
function metaFieldBytes(box: Box): number {
  const reader = new ByteReader(box.body);
  reader.skip(4);
  return reader.fourcc() === 'hdlr' ? 0 : 4;
}

function readItem(item: Box, items: MetadataItem[], context: ReadContext): void {
  const children = childrenOf(item, context);
  const mean = item.type === '----' ? fieldText(findBox(children, 'mean')) : undefined;
  const name = item.type === '----' ? fieldText(findBox(children, 'name')) : item.type;
  for (const box of children) {
    if (box.type !== 'data') continue;
    const reader = new ByteReader(box.body);
    const kind = reader.u32();
    reader.skip(4);
    const sizeBytes = reader.remaining;
    items.push({ mean, name, value: itemText(item.type, kind, reader), sizeBytes });
  }
}

/** `mean` and `name` carry text after version and flags. */
function fieldText(box: Box | undefined): string {
  if (box === undefined) return '';
  const reader = new ByteReader(box.body);
  reader.skip(4);
  return reader.text(Math.min(reader.remaining, MAX_TEXT_BYTES));
}

/** Well-known types of a `data` box: 0 by the item's name, 1 UTF-8, 2 UTF-16, 21 signed and 22 unsigned integer. */
function itemText(type: string, kind: number, reader: ByteReader): string | undefined {
  const sizeBytes = reader.remaining;
  if (sizeBytes > MAX_TEXT_BYTES) return undefined;
  switch (kind) {
    case 1:
      return reader.text(sizeBytes);
    case 2:
      return utf16.decode(reader.bytes(sizeBytes));
    case 21:
      if (sizeBytes === 1) return String((reader.u8() << 24) >> 24);
      return sizeBytes === 2 ? String(reader.i16()) : sizeBytes === 4 ? String(reader.i32()) : undefined;
    case 22:
      if (sizeBytes === 1) return String(reader.u8());
      return sizeBytes === 2 ? String(reader.u16()) : sizeBytes === 4 ? String(reader.u32()) : undefined;
    case 0: {
      if ((type !== 'trkn' && type !== 'disk') || sizeBytes < 6) return undefined;
      reader.skip(2);
      const number = reader.u16();
      const of = reader.u16();
      return of === 0 ? String(number) : `${number}/${of}`;
    }
    default:
      return undefined;
  }
}
