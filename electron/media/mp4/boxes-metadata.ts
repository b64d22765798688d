import { assertNever } from '../../../shared/model/errors.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { box, fullBox } from './box.ts';

/**
 * One entry of the metadata list.
 * - `text`: a field that every player knows, by its four-character code.
 * - `number-of`: place in a set, as `trkn` holds it.
 * - `own`: a field of ours, by name, in the namespace `com.tailslate`.
 * - `digest`: an own field of 64 hexadecimal digits, which are known only after the payload was written.
 */
export type MetadataItem =
  | {
      readonly kind: 'text';
      readonly code: '©nam' | '©ART' | '©alb' | '©day' | '©cmt' | '©too';
      readonly value: string;
    }
  | { readonly kind: 'number-of'; readonly code: 'trkn'; readonly index: number; readonly of: number }
  | { readonly kind: 'own'; readonly name: string; readonly value: string }
  | { readonly kind: 'digest'; readonly name: string };

/** Reverse domain under which our own fields stand. */
const NAMESPACE = 'com.tailslate';
/** Type indicators of `data` (QuickTime File Format, well-known types). */
const IMPLICIT = 0;
const UTF_8 = 1;

/** A SHA-256 in hexadecimal digits. */
const DIGEST_CHARACTERS = 64;

/**
 * The file's metadata in the form iTunes introduced: `meta` with the handler `mdir`, and an item list
 * (ISO/IEC 14496-12 section 8.11.1; QuickTime File Format, metadata).
 * Nothing is written where there are no items.
 * @returns offset of the digits of the last `digest` item, zeros for now; undefined where there is none.
 */
export function meta(writer: ByteWriter, items: readonly MetadataItem[]): number | undefined {
  if (items.length === 0) return undefined;
  return fullBox(writer, 'meta', 0, 0, () => {
    fullBox(writer, 'hdlr', 0, 0, () => {
      writer.u32(0); // pre_defined
      writer.fourcc('mdir'); // handler_type
      writer.fourcc('appl'); // manufacturer, which readers look for
      writer.zeros(8); // reserved
      writer.u8(0); // name, empty
    });
    return box(writer, 'ilst', () => {
      let digestOffset: number | undefined;
      for (const item of items) digestOffset = writeItem(writer, item) ?? digestOffset;
      return digestOffset;
    });
  });
}

/** One item; the offset of its digits where it is a digest. */
function writeItem(writer: ByteWriter, item: MetadataItem): number | undefined {
  switch (item.kind) {
    case 'text':
      box(writer, item.code, () => {
        data(writer, UTF_8, () => {
          writer.utf8(item.value);
        });
      });
      return undefined;
    case 'number-of':
      box(writer, item.code, () => {
        data(writer, IMPLICIT, () => {
          writer.u16(0); // reserved
          writer.u16(item.index); // index, from 1
          writer.u16(item.of); // total
          writer.u16(0); // reserved
        });
      });
      return undefined;
    case 'own':
      own(writer, item.name, item.value);
      return undefined;
    case 'digest':
      own(writer, item.name, '0'.repeat(DIGEST_CHARACTERS));
      return writer.length - DIGEST_CHARACTERS;
    default:
      return assertNever(item);
  }
}

/** A field by namespace and name (the `----` item of iTunes). */
function own(writer: ByteWriter, name: string, value: string): void {
  box(writer, '----', () => {
    fullBox(writer, 'mean', 0, 0, () => {
      writer.utf8(NAMESPACE);
    });
    fullBox(writer, 'name', 0, 0, () => {
      writer.utf8(name);
    });
    data(writer, UTF_8, () => {
      writer.utf8(value);
    });
  });
}

function data(writer: ByteWriter, type: number, value: () => void): void {
  box(writer, 'data', () => {
    writer.u32(type); // type indicator
    writer.u32(0); // locale: any
    value();
  });
}
