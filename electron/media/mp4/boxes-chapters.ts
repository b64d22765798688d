import type { ByteWriter } from '../bytes/writer.ts';
import { box, fullBox, unityMatrix } from './box.ts';

/** `encd`: the text of a sample is UTF-8 (QuickTime File Format, text sample extensions). */
const UTF_8 = 0x100;
/** The count of `chpl` has one byte. */
const MAX_CHPL_ENTRIES = 0xff;
/** Units of `chpl` in a second: 100 ns. */
const CHPL_UNITS = 10_000_000;

/** A title and the text sample's length before it and `encd` after it. */
const SAMPLE_FRAME_BYTES = 2 + 12;

/** A chapter as a file has it; its title is at most 255 bytes of UTF-8. */
export interface Chapter {
  readonly title: string;
  /** From the first played sample, at 48 kHz. */
  readonly startSamples: number;
}

/** Bytes of a chapter's sample. */
export function chapterSampleBytes(titleBytes: number): number {
  return SAMPLE_FRAME_BYTES + titleBytes;
}

/** A chapter's title as a sample of the text track (QuickTime File Format, text sample data). */
export function chapterSample(writer: ByteWriter, title: Uint8Array): void {
  writer.u16(title.length); // text length
  writer.bytes(title); // text
  box(writer, 'encd', () => {
    writer.u32(UTF_8); // encoding
  });
}

/** The one description of the chapters' samples, 59 bytes of defaults (QuickTime File Format, text sample description). */
export function stsdText(writer: ByteWriter): void {
  fullBox(writer, 'stsd', 0, 0, () => {
    writer.u32(1); // entry_count
    box(writer, 'text', () => {
      writer.zeros(6); // reserved
      writer.u16(1); // data reference index
      writer.u32(1); // display flags
      writer.u32(1); // text justification: centred
      writer.zeros(6); // background colour
      writer.zeros(8); // default text box
      writer.zeros(8); // reserved
      writer.u16(0); // font number
      writer.u16(0); // font face
      writer.zeros(3); // reserved
      writer.zeros(6); // foreground colour
      writer.u8(0); // font name, empty
    });
  });
}

/** What the media head of a text track holds beside `gmin` (QuickTime File Format, text media information). */
export function textHead(writer: ByteWriter): void {
  box(writer, 'text', () => {
    unityMatrix(writer); // matrix
  });
}

/** Chapters once more, in the form that Nero introduced and most players outside of Apple's know; 255 fit. */
export function chpl(
  writer: ByteWriter,
  chapters: readonly { title: Uint8Array; startSamples: number }[],
): void {
  const listed = chapters.slice(0, MAX_CHPL_ENTRIES);
  fullBox(writer, 'chpl', 1, 0, () => {
    writer.u32(0); // reserved
    writer.u8(listed.length); // count
    for (const { title, startSamples } of listed) {
      writer.u64(Math.round((startSamples * CHPL_UNITS) / 48_000)); // start
      writer.u8(title.length); // length
      writer.bytes(title); // title
    }
  });
}
