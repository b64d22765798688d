import type { ByteWriter } from '../bytes/writer.ts';
import { stsdOpus, type OpusConfig } from './boxes-opus.ts';
import { chunkOffsets, emptyTables, sbgp, sgpdFill, sgpdRoll, stsc, stsz, stts } from './boxes-samples.ts';
import type { TrackChunks } from './chunk-plan.ts';
import { preRollPackets } from './pre-roll.ts';
import { RunList } from './run-list.ts';
import type { SampleTable } from './sample-table.ts';
import type { WalkedSamples } from './sample-walk.ts';

/**
 * The sample tables of an Opus track, without its chunk offsets. There is no stss: every packet may be decoded from,
 * given its pre-roll.
 * @param lastTrimSamples taken from the last packet's duration.
 * @returns offset of the first chunk offset.
 */
export function opusTables(
  writer: ByteWriter,
  config: OpusConfig,
  { table, chunks, lastTrimSamples }: { table: SampleTable; chunks: TrackChunks; lastTrimSamples: number },
  wide: boolean,
): number {
  stsdOpus(writer, config);
  stts(writer, table.durations, lastTrimSamples);
  stsc(writer, chunks.runs);
  stsz(writer, table.segments);
  const offsetTable = chunkOffsets(writer, chunks.sampleCounts.length, wide);
  const all = new RunList();
  all.add(table.count, 1);
  sgpdRoll(writer, preRollPackets(table.durations));
  sbgp(writer, 'roll', all);
  if (table.hasFiller) {
    sgpdFill(writer);
    sbgp(writer, 'fill', table.fill);
  }
  return offsetTable;
}

/** The same for a track whose samples lie in fragments: what they are, and what their groups mean. */
export function fragmentedOpusTables(writer: ByteWriter, config: OpusConfig, table: SampleTable): number {
  stsdOpus(writer, config);
  const offsetTable = emptyTables(writer);
  sgpdRoll(writer, preRollPackets(table.durations));
  if (table.hasFiller) sgpdFill(writer);
  return offsetTable;
}

/** The groups of a fragment's samples, by the descriptions in the movie box; those all recorded are in no `fill`. */
export function opusGroups(writer: ByteWriter, { count, fill }: WalkedSamples): void {
  const all = new RunList();
  all.add(count, 1);
  sbgp(writer, 'roll', all);
  if (fill.length > 1 || fill.valueAt(0) !== 0) sbgp(writer, 'fill', fill);
}
