import { MAX_U32, type ByteWriter } from '../bytes/writer.ts';
import { box, fullBox, timeField, timeVersion, unityMatrix } from './box.ts';

/** Seconds from 1904-01-01, where times in these files start, to 1970-01-01, both UTC. */
const MAC_TO_UNIX_SECONDS = 2_082_844_800;

/** Unix seconds as the files count them (ISO/IEC 14496-12 section 8.2.2). */
export function macSeconds(unixSeconds: number): number {
  return unixSeconds + MAC_TO_UNIX_SECONDS;
}

/** What the file is and which readers may open it (ISO/IEC 14496-12 section 4.3). */
export function ftyp(
  writer: ByteWriter,
  majorBrand: string,
  compatibleBrands: readonly string[],
  minorVersion = 0,
): void {
  box(writer, 'ftyp', () => {
    writer.fourcc(majorBrand); // major_brand
    writer.u32(minorVersion); // minor_version
    for (const brand of compatibleBrands) writer.fourcc(brand); // compatible_brands
  });
}

/** The movie as a whole: when it was made, its timescale and length (ISO/IEC 14496-12 section 8.2.2). */
export function mvhd(
  writer: ByteWriter,
  values: {
    readonly creationMacSeconds: number;
    readonly timescale: number;
    readonly duration: number;
    readonly nextTrackId: number;
  },
): void {
  const version = timeVersion(values.creationMacSeconds, values.duration);
  fullBox(writer, 'mvhd', version, 0, () => {
    timeField(writer, version, values.creationMacSeconds); // creation_time
    timeField(writer, version, values.creationMacSeconds); // modification_time
    writer.u32(values.timescale); // timescale
    timeField(writer, version, values.duration); // duration
    writer.u32(0x10000); // rate 1.0
    writer.u16(0x100); // volume 1.0
    writer.zeros(10); // reserved
    unityMatrix(writer); // matrix
    writer.zeros(24); // pre_defined
    writer.u32(values.nextTrackId); // next_track_ID
  });
}

/**
 * The head of the media data box, whose `contentBytes` follow it in the file
 * (ISO/IEC 14496-12 section 8.1.1); the 64-bit form where 32 bits do not hold the size.
 */
export function mdatHeader(writer: ByteWriter, contentBytes: number): void {
  const wide = contentBytes + 8 > MAX_U32;
  writer.u32(wide ? 1 : contentBytes + 8); // size
  writer.fourcc('mdat'); // type
  if (wide) writer.u64(contentBytes + 16); // largesize
}
