import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { MAX_U32 } from '../bytes/writer.ts';
import { pcmBytes } from '../pcm/pcm-format.ts';
import { stsdPcm } from './boxes-pcm.ts';
import type { MetadataItem } from './boxes-metadata.ts';
import { chunkOffsets, stsc, stszUniform, stts } from './boxes-samples.ts';
import type { TrackChunks } from './chunk-plan.ts';
import { type FileLayout, type FileSpec, layOut } from './layout.ts';
import type { MovieTrack } from './movie.ts';
import { RunList } from './run-list.ts';

/** The most samples of a track: their count has 32 bits, which hold 24 hours and 51 minutes. */
export const MAX_MOV_FRAMES = MAX_U32;

/** Room for everything but the offsets of chunks. */
const FILE_ROOM_BYTES = 8192;
const TRACK_ROOM_BYTES = 2048;

/** A player's track of samples. */
interface PcmTrackSpec {
  readonly name: string;
  readonly channels: 1 | 2;
  /** Metadata of this track alone; none when left out. */
  readonly metadata?: readonly MetadataItem[];
}

export interface MovSpec extends FileSpec {
  readonly format: PcmFormat;
  /** Samples of each channel: all tracks have one length. */
  readonly frames: number;
  /** At least one. */
  readonly tracks: readonly PcmTrackSpec[];
}

/**
 * Lays out a QuickTime movie of little-endian samples, a track for each player, second by second (QuickTime File
 * Format). FORMAT.md describes it.
 * @throws RangeError when a track would have more than `MAX_MOV_FRAMES` samples, or none.
 */
export function layOutMov(spec: MovSpec): FileLayout {
  const { frames, tracks } = spec;
  if (frames <= 0 || frames > MAX_MOV_FRAMES) {
    throw new RangeError(`expected 1 to ${MAX_MOV_FRAMES} samples, got ${frames}`);
  }
  const chunkCount = Math.ceil(frames / SAMPLE_RATE);
  const roomBytes = FILE_ROOM_BYTES + tracks.length * (TRACK_ROOM_BYTES + 8 * chunkCount);
  return layOut(
    spec,
    tracks.map((track) => movieTrack(spec, track)),
    { kind: 'mov', roomBytes },
  );
}

function movieTrack(
  { format, frames }: MovSpec,
  { name, channels, metadata = [] }: PcmTrackSpec,
): MovieTrack {
  const frameBytes = channels * pcmBytes(format);
  const chunks = secondChunks(frames, frameBytes);
  return {
    name,
    language: 'und',
    editStartSamples: 0,
    editDurationSamples: frames,
    mediaSamples: frames,
    metadata,
    chunks,
    writeTables: (writer, wide) => {
      const durations = new RunList();
      durations.add(frames, 1);
      stsdPcm(writer, format, channels);
      stts(writer, durations, 0);
      stsc(writer, chunks.runs);
      stszUniform(writer, frameBytes, frames);
      return chunkOffsets(writer, chunks.sampleCounts.length, wide);
    },
  };
}

/** A chunk a second; the last holds what is left. */
function secondChunks(frames: number, frameBytes: number): TrackChunks {
  const count = Math.ceil(frames / SAMPLE_RATE);
  const sampleCounts = new Uint32Array(count).fill(SAMPLE_RATE);
  sampleCounts[count - 1] = frames - (count - 1) * SAMPLE_RATE;
  const runs = new RunList();
  for (const samples of sampleCounts) runs.add(1, samples);
  return {
    sampleCounts,
    sizesBytes: sampleCounts.map((samples) => samples * frameBytes),
    runs,
    payloadBytes: frames * frameBytes,
  };
}
