import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { pcmBytes } from '../pcm/pcm-format.ts';
import { box, fullBox } from './box.ts';

/** Sample entries of little-endian samples: `sowt` is it by its name, the others by `enda`. */
export const PCM_CODES = { s16: 'sowt', s24: 'in24', f32: 'fl32' } as const;

const LITTLE_ENDIAN = 1;
/** Channel layout tags: mono and stereo (Core Audio, AudioChannelLayoutTag). */
const LAYOUT_TAGS = { 1: 0x64_0001, 2: 0x65_0002 } as const;

/**
 * The one description of a track of samples: sound description 0 for 16 bits, 1 for everything else, whose
 * `sampleSize` stays 16 (QuickTime File Format, sound sample descriptions).
 */
export function stsdPcm(writer: ByteWriter, format: PcmFormat, channels: 1 | 2): void {
  const code = PCM_CODES[format];
  const isPlain = format === 's16';
  fullBox(writer, 'stsd', 0, 0, () => {
    writer.u32(1); // entry count
    box(writer, code, () => {
      writer.zeros(6); // reserved
      writer.u16(1); // data reference index
      writer.u16(isPlain ? 0 : 1); // version
      writer.u16(0); // revision level
      writer.u32(0); // vendor
      writer.u16(channels); // number of channels
      writer.u16(16); // sample size
      writer.u16(0); // compression ID
      writer.u16(0); // packet size
      writer.u32(SAMPLE_RATE * 0x10000); // sample rate, 16.16
      if (isPlain) return;
      const bytes = pcmBytes(format);
      writer.u32(1); // samples per packet
      writer.u32(bytes); // bytes per packet
      writer.u32(bytes * channels); // bytes per frame
      writer.u32(2); // bytes per sample: anything but 1
      wave(writer, code);
      chan(writer, channels);
    });
  });
}

/** What the decoder needs: its format again, and that samples begin with their lowest byte. */
function wave(writer: ByteWriter, code: string): void {
  box(writer, 'wave', () => {
    box(writer, 'frma', () => {
      writer.fourcc(code); // data format
    });
    box(writer, code, () => {
      writer.u32(0); // no description of its own
    });
    box(writer, 'enda', () => {
      writer.u16(LITTLE_ENDIAN); // endianness
    });
    writer.u32(8); // terminator: its size
    writer.u32(0); // and type
  });
}

/** Which speakers the channels belong to (Core Audio Format, channel layout). */
function chan(writer: ByteWriter, channels: 1 | 2): void {
  fullBox(writer, 'chan', 0, 0, () => {
    writer.u32(LAYOUT_TAGS[channels]); // channel layout tag
    writer.u32(0); // channel bitmap
    writer.u32(0); // channel descriptions
  });
}
