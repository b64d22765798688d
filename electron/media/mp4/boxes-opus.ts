import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { box, fullBox } from './box.ts';

/** What a decoder of one Opus stream must know (RFC 7845 section 5.1 has the same fields, little-endian). */
export interface OpusConfig {
  readonly channels: 1 | 2;
  /** The encoder's lookahead: samples at 48 kHz to drop before the audio begins. */
  readonly preSkipSamples: number;
  /** Rate of the audio before encoding, for information. */
  readonly inputRate: number;
}

/** The one description of an Opus track's samples (Opus in ISOBMFF sections 4.3.1 and 4.3.2). */
export function stsdOpus(writer: ByteWriter, config: OpusConfig): void {
  fullBox(writer, 'stsd', 0, 0, () => {
    writer.u32(1); // entry_count
    box(writer, 'Opus', () => {
      writer.zeros(6); // reserved
      writer.u16(1); // data_reference_index
      writer.zeros(8); // reserved
      writer.u16(config.channels); // channelcount
      writer.u16(16); // samplesize
      writer.u16(0); // pre_defined
      writer.u16(0); // reserved
      writer.u32(SAMPLE_RATE * 0x10000); // samplerate, 16.16
      dOps(writer, config);
    });
  });
}

/** The Opus decoder's configuration, big-endian and without the `OpusHead` signature (Opus in ISOBMFF section 4.3.2). */
export function dOps(writer: ByteWriter, config: OpusConfig): void {
  box(writer, 'dOps', () => {
    writer.u8(0); // Version
    writer.u8(config.channels); // OutputChannelCount
    writer.u16(config.preSkipSamples); // PreSkip
    writer.u32(config.inputRate); // InputSampleRate
    writer.i16(0); // OutputGain
    writer.u8(0); // ChannelMappingFamily: one stream, mono or stereo
  });
}
