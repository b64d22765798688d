import { MAX_U32, type ByteWriter } from '../bytes/writer.ts';
import { box, fullBox, timeField, timeVersion } from './box.ts';

/** tfhd flags: what differs from `trex`, and that data offsets count from the start of the `moof`. */
const HAS_DEFAULT_DURATION = 0x8;
const HAS_DEFAULT_SIZE = 0x10;
const DEFAULT_BASE_IS_MOOF = 0x2_0000;
/** trun flags: where its data lies, and which columns it has. */
const HAS_DATA_OFFSET = 0x1;
const HAS_DURATIONS = 0x100;
const HAS_SIZES = 0x200;

/** What a sample lasts where its fragment does not say: 20 ms, as nearly all packets do. */
const USUAL_SAMPLE_TICKS = 960;

/** The samples of one track in one fragment; the first `count` rows of each column. */
export interface FragmentSamples {
  readonly count: number;
  readonly sizesBytes: Uint16Array;
  /** In the media timescale. */
  readonly durationsTicks: ArrayLike<number>;
}

/** That samples follow in fragments, how long all of them last, and what is usual in them (ISO/IEC 14496-12 section 8.8.1). */
export function mvex(writer: ByteWriter, movieDuration: number, trackIds: readonly number[]): void {
  box(writer, 'mvex', () => {
    const version = timeVersion(movieDuration);
    fullBox(writer, 'mehd', version, 0, () => {
      timeField(writer, version, movieDuration); // fragment_duration
    });
    for (const trackId of trackIds) trex(writer, trackId);
  });
}

/** What holds for a track's fragments unless they say otherwise (ISO/IEC 14496-12 section 8.8.3). */
function trex(writer: ByteWriter, trackId: number): void {
  fullBox(writer, 'trex', 0, 0, () => {
    writer.u32(trackId); // track_ID
    writer.u32(1); // default_sample_description_index
    writer.u32(USUAL_SAMPLE_TICKS); // default_sample_duration
    writer.u32(0); // default_sample_size
    writer.u32(0); // default_sample_flags: a sync sample
  });
}

/** Place of a fragment among all, from 1 (ISO/IEC 14496-12 section 8.8.5). */
export function mfhd(writer: ByteWriter, sequenceNumber: number): void {
  fullBox(writer, 'mfhd', 0, 0, () => {
    writer.u32(sequenceNumber); // sequence_number
  });
}

/**
 * One track's samples in a fragment (ISO/IEC 14496-12 sections 8.8.6 to 8.8.8 and 8.8.12). Columns whose rows are all
 * alike are left to defaults.
 * @param decodeTime of the first of them, in the media timescale.
 * @param groups writes the sample groups.
 * @returns offset of the blank for where the data lies, counted from the start of the `moof`.
 */
export function traf(
  writer: ByteWriter,
  trackId: number,
  decodeTime: number,
  samples: FragmentSamples,
  groups: () => void,
): number {
  const duration = commonValue(samples.durationsTicks, samples.count);
  const size = commonValue(samples.sizesBytes, samples.count);
  const isUsual = duration === USUAL_SAMPLE_TICKS;
  return box(writer, 'traf', () => {
    const flags =
      DEFAULT_BASE_IS_MOOF |
      (duration === undefined || isUsual ? 0 : HAS_DEFAULT_DURATION) |
      (size === undefined ? 0 : HAS_DEFAULT_SIZE);
    fullBox(writer, 'tfhd', 0, flags, () => {
      writer.u32(trackId); // track_ID
      if (duration !== undefined && !isUsual) writer.u32(duration); // default_sample_duration
      if (size !== undefined) writer.u32(size); // default_sample_size
    });
    fullBox(writer, 'tfdt', 1, 0, () => {
      writer.u64(decodeTime); // baseMediaDecodeTime
    });
    const blank = trun(writer, samples, duration === undefined, size === undefined);
    groups();
    return blank;
  });
}

function trun(
  writer: ByteWriter,
  { count, sizesBytes, durationsTicks }: FragmentSamples,
  withDurations: boolean,
  withSizes: boolean,
): number {
  const flags = HAS_DATA_OFFSET | (withDurations ? HAS_DURATIONS : 0) | (withSizes ? HAS_SIZES : 0);
  return fullBox(writer, 'trun', 0, flags, () => {
    writer.u32(count); // sample_count
    const blank = writer.zeros(4); // data_offset
    if (withSizes && !withDurations) writer.u32sFromU16(sizesBytes, 0, count); // sample_size
    for (let i = 0; withDurations && i < count; i++) {
      writer.u32(durationsTicks[i] ?? 0); // sample_duration
      if (withSizes) writer.u32(sizesBytes[i] ?? 0); // sample_size
    }
    return blank;
  });
}

/** Where the fragments of one track begin. */
export interface FragmentIndex {
  readonly trackId: number;
  readonly count: number;
  /** In the media timescale. */
  readonly timesTicks: ArrayLike<number>;
  readonly moofBytes: ArrayLike<number>;
  /** Place of the track's `traf` in each fragment, from 1. */
  readonly trafNumbers: ArrayLike<number>;
}

/** Where the fragments are, at the end of the file, for readers that seek (ISO/IEC 14496-12 section 8.8.9). */
export function mfra(writer: ByteWriter, indexes: readonly FragmentIndex[]): void {
  const start = writer.length;
  box(writer, 'mfra', () => {
    for (const index of indexes) tfra(writer, index);
    fullBox(writer, 'mfro', 0, 0, () => {
      writer.u32(writer.length + 4 - start); // parent_size
    });
  });
}

function tfra(writer: ByteWriter, index: FragmentIndex): void {
  const { trackId, count, timesTicks, moofBytes, trafNumbers } = index;
  const last = count - 1;
  const version = timeVersion(timesTicks[last] ?? 0, moofBytes[last] ?? 0);
  fullBox(writer, 'tfra', version, 0, () => {
    writer.u32(trackId); // track_ID
    writer.u32(0b01_00_00); // reserved, length_size_of_traf_num 2 bytes, of trun_num and sample_num 1 byte
    writer.u32(count); // number_of_entry
    for (let i = 0; i < count; i++) {
      timeField(writer, version, timesTicks[i] ?? 0); // time
      timeField(writer, version, moofBytes[i] ?? 0); // moof_offset
      writer.u16(trafNumbers[i] ?? 0); // traf_number
      writer.u8(1); // trun_number
      writer.u8(1); // sample_delta
    }
  });
}

/** The value that all rows share, if they do. */
function commonValue(column: ArrayLike<number>, count: number): number | undefined {
  const first = column[0];
  for (let i = 1; i < count; i++) if (column[i] !== first) return undefined;
  return first !== undefined && first <= MAX_U32 ? first : undefined;
}
