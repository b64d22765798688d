import type { ByteWriter } from '../bytes/writer.ts';
import { stsdOpus, type OpusConfig } from './boxes-opus.ts';
import { chunkOffsets, sbgp, sgpdFill, sgpdRoll, stsc, stsz, stts } from './boxes-samples.ts';
import type { TrackChunks } from './chunk-plan.ts';
import { preRollPackets } from './pre-roll.ts';
import { RunList } from './run-list.ts';
import type { SampleTable } from './sample-table.ts';

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
