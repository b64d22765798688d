import type { ByteWriter } from '../bytes/writer.ts';
import { box, fullBox } from './box.ts';
import { clippedUtf8 } from './clipped-utf8.ts';

/** Copies the source over what is there: ditherCopy. */
const DITHER_COPY = 0x40;
/** Half of each colour. */
const GREY = 0x8000;
const POINTS = 12;
const WHITE = 0xffff;
/** dref entry flag: the media data is in this same file. */
const SELF_CONTAINED = 1;

/** Head of media that is neither sound nor picture (QuickTime File Format, base media information). */
export function gmhd(writer: ByteWriter, media: () => void): void {
  box(writer, 'gmhd', () => {
    fullBox(writer, 'gmin', 0, 0, () => {
      writer.u16(DITHER_COPY); // graphics mode
      for (let colour = 0; colour < 3; colour++) writer.u16(GREY); // opcolor
      writer.i16(0); // balance
      writer.u16(0); // reserved
    });
    media();
  });
}

/** How a player would print the timecode (QuickTime File Format, timecode media information). */
export function tcmi(writer: ByteWriter): void {
  box(writer, 'tmcd', () => {
    fullBox(writer, 'tcmi', 0, 0, () => {
      writer.u16(0); // text font: that of the name
      writer.u16(0); // text face
      writer.u16(POINTS); // text size
      writer.u16(0); // reserved
      for (let colour = 0; colour < 3; colour++) writer.u16(0); // text color: black
      for (let colour = 0; colour < 3; colour++) writer.u16(WHITE); // background color
      pascalText(writer, 'Lucida Grande'); // font name
    });
  });
}

/** What kind of component handles a track's media or finds its data (QuickTime File Format, handler reference). */
export function componentHdlr(
  writer: ByteWriter,
  componentType: 'mhlr' | 'dhlr',
  componentSubtype: string,
  name: string,
): void {
  fullBox(writer, 'hdlr', 0, 0, () => {
    writer.fourcc(componentType); // component type
    writer.fourcc(componentSubtype); // component subtype
    writer.zeros(12); // manufacturer, flags, flags mask
    pascalText(writer, name); // component name
  });
}

/** Where the media data lies: in this file, as an alias without a target (QuickTime File Format, data references). */
export function aliasDinf(writer: ByteWriter): void {
  box(writer, 'dinf', () => {
    fullBox(writer, 'dref', 0, 0, () => {
      writer.u32(1); // entry count
      fullBox(writer, 'alis', 0, SELF_CONTAINED, () => undefined);
    });
  });
}

function pascalText(writer: ByteWriter, text: string): void {
  const bytes = clippedUtf8(text);
  writer.u8(bytes.length);
  writer.bytes(bytes);
}
