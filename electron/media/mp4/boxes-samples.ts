import type { ByteWriter } from '../bytes/writer.ts';
import { fullBox } from './box.ts';
import { RunList } from './run-list.ts';
import type { SampleSegment } from './sample-table.ts';

/**
 * How long each sample lasts, in runs (ISO/IEC 14496-12 section 8.6.1.2).
 * @param lastTrim taken from the last sample, so that the media ends exactly where the audio does.
 */
export function stts(writer: ByteWriter, durations: RunList, lastTrim: number): void {
  const lastRun = durations.length - 1;
  fullBox(writer, 'stts', 0, 0, () => {
    const countOffset = writer.zeros(4); // entry_count
    for (let run = 0; run <= lastRun; run++) {
      const count = durations.countAt(run) - (run === lastRun && lastTrim > 0 ? 1 : 0);
      if (count === 0) continue;
      writer.u32(count); // sample_count
      writer.u32(durations.valueAt(run)); // sample_delta
    }
    if (lastTrim > 0) {
      writer.u32(1); // sample_count
      writer.u32(durations.valueAt(lastRun) - lastTrim); // sample_delta
    }
    writer.u32At(countOffset, (writer.length - countOffset - 4) / 8);
  });
}

/**
 * Which chunks hold how many samples (ISO/IEC 14496-12 section 8.7.4).
 * @param chunks runs of chunks that hold equally many.
 */
export function stsc(writer: ByteWriter, chunks: RunList): void {
  fullBox(writer, 'stsc', 0, 0, () => {
    writer.u32(chunks.length); // entry_count
    let firstChunk = 1;
    for (let run = 0; run < chunks.length; run++) {
      writer.u32(firstChunk); // first_chunk
      writer.u32(chunks.valueAt(run)); // samples_per_chunk
      writer.u32(1); // sample_description_index
      firstChunk += chunks.countAt(run);
    }
  });
}

/** The size of each sample (ISO/IEC 14496-12 section 8.7.3.2). */
export function stsz(writer: ByteWriter, segments: readonly SampleSegment[]): void {
  fullBox(writer, 'stsz', 0, 0, () => {
    writer.u32(0); // sample_size: each its own
    writer.u32(segments.reduce((sum, segment) => sum + segment.count, 0)); // sample_count
    for (const segment of segments) {
      if (segment.kind === 'filler')
        writer.u32Repeated(segment.sizeBytes, segment.count); // entry_size
      else writer.u32sFromU16(segment.sizesBytes, segment.first, segment.count); // entry_size
    }
  });
}

/** The size that all samples share (ISO/IEC 14496-12 section 8.7.3.2). */
export function stszUniform(writer: ByteWriter, sizeBytes: number, sampleCount: number): void {
  fullBox(writer, 'stsz', 0, 0, () => {
    writer.u32(sizeBytes); // sample_size
    writer.u32(sampleCount); // sample_count
  });
}

/**
 * Where each chunk starts in the file (ISO/IEC 14496-12 section 8.7.5). Offsets depend on the size of everything
 * before the media data, so the table is left empty.
 * @returns offset of the first entry, to be filled in.
 */
export function stco(writer: ByteWriter, chunkCount: number): number {
  return offsetTable(writer, 'stco', 4, chunkCount);
}

/** As stco, with 64 bits an entry, for files that outgrow 32 (ISO/IEC 14496-12 section 8.7.5). */
export function co64(writer: ByteWriter, chunkCount: number): number {
  return offsetTable(writer, 'co64', 8, chunkCount);
}

/** The one of the two that is wide enough. */
export function chunkOffsets(writer: ByteWriter, chunkCount: number, wide: boolean): number {
  return wide ? co64(writer, chunkCount) : stco(writer, chunkCount);
}

function offsetTable(writer: ByteWriter, type: string, entryBytes: number, chunkCount: number): number {
  return fullBox(writer, type, 0, 0, () => {
    writer.u32(chunkCount); // entry_count
    return writer.zeros(entryBytes * chunkCount); // chunk_offset
  });
}

/**
 * The tables of a track whose samples all lie in fragments: none of them may be missing (ISO/IEC 14496-12 section 8.8.1).
 * @returns offset at which chunk offsets would be.
 */
export function emptyTables(writer: ByteWriter): number {
  const none = new RunList();
  stts(writer, none, 0);
  stsc(writer, none);
  stsz(writer, []);
  return stco(writer, 0);
}

/**
 * The one description of the group `roll`: a decoder that starts at a sample must be fed from this many samples
 * earlier (ISO/IEC 14496-12 sections 8.9.3 and 10.1).
 */
export function sgpdRoll(writer: ByteWriter, preRollPackets: number): void {
  sgpd(writer, 'roll', 2, () => {
    writer.i16(-preRollPackets); // roll_distance
  });
}

/** The one description of our group `fill`, silence in place of what was not recorded: see FORMAT.md. */
export function sgpdFill(writer: ByteWriter): void {
  sgpd(writer, 'fill', 1, () => {
    writer.u8(0); // fill_kind: digital silence
  });
}

/** A group's one description; version 1 because version 0 does not say its length and unknown groups could not be skipped. */
function sgpd(writer: ByteWriter, groupingType: string, lengthBytes: number, description: () => void): void {
  fullBox(writer, 'sgpd', 1, 0, () => {
    writer.fourcc(groupingType); // grouping_type
    writer.u32(lengthBytes); // default_length
    writer.u32(1); // entry_count
    description();
  });
}

/**
 * Which samples belong to a group (ISO/IEC 14496-12 section 8.9.2).
 * @param members runs of group description indices, 0 for a sample outside the group.
 */
export function sbgp(writer: ByteWriter, groupingType: string, members: RunList): void {
  fullBox(writer, 'sbgp', 0, 0, () => {
    writer.fourcc(groupingType); // grouping_type
    writer.u32(members.length); // entry_count
    for (let run = 0; run < members.length; run++) {
      writer.u32(members.countAt(run)); // sample_count
      writer.u32(members.valueAt(run)); // group_description_index
    }
  });
}
