import type { ByteWriter } from '../bytes/writer.ts';
import { box, fullBox } from './box.ts';

/** Labels 00 and 01 (00 to 03 at 59.94) are skipped each minute that ten does not divide. */
const DROP_FRAME = 1;
/** The count wraps at 24 hours. */
const WRAPS_AT_24_HOURS = 2;

/** A timecode rate: `timescale / frameDuration` frames a second, `nominalFrames` of them counted as one. */
export interface TimecodeRate {
  readonly timescale: number;
  readonly frameDuration: number;
  readonly nominalFrames: number;
  readonly dropFrame: boolean;
}

/** The one description of a timecode track's sample, 34 bytes (QuickTime File Format, timecode sample description). */
export function stsdTmcd(writer: ByteWriter, rate: TimecodeRate): void {
  fullBox(writer, 'stsd', 0, 0, () => {
    writer.u32(1); // entry_count
    box(writer, 'tmcd', () => {
      writer.zeros(6); // reserved
      writer.u16(1); // data reference index
      writer.u32(0); // reserved
      writer.u32(WRAPS_AT_24_HOURS | (rate.dropFrame ? DROP_FRAME : 0)); // flags
      writer.u32(rate.timescale); // timescale
      writer.u32(rate.frameDuration); // frame duration
      writer.u8(rate.nominalFrames); // number of frames
      writer.u8(0); // reserved
    });
  });
}
