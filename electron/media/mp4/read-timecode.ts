import type { ByteSource } from '../byte-source.ts';
import { ByteReader } from '../bytes/reader.ts';
import type { SampleTable } from './read-samples.ts';

/** How a timecode track counts (QTFF "Timecode Sample Description"), and what its first sample says. */
export interface TimecodeTrack {
  readonly flags: number;
  readonly dropFrame: boolean;
  /** A frame lasts `frameDuration / timescale` seconds. */
  readonly timescale: number;
  readonly frameDuration: number;
  /** Labels in a second: 30 for 29.97. */
  readonly nominalFrames: number;
  /** Frame count in the first sample; undefined when it cannot be read. */
  readonly startFrame: number | undefined;
  /** Its label, `HH:MM:SS:FF`, with `;` before the frames when labels are dropped. */
  readonly label: string | undefined;
}

/** The fields of a `tmcd` sample entry, from after its data reference index on. */
export function readTimecodeEntry(reader: ByteReader): TimecodeTrack | undefined {
  reader.skip(4);
  const flags = reader.u32();
  const timescale = reader.u32();
  const frameDuration = reader.u32();
  const nominalFrames = reader.u8();
  if (reader.overran) return undefined;
  const dropFrame = (flags & 1) !== 0;
  return {
    flags,
    dropFrame,
    timescale,
    frameDuration,
    nominalFrames,
    startFrame: undefined,
    label: undefined,
  };
}

/** Adds what the first sample says: a frame count of 32 bits (QTFF "Timecode Sample Data"). */
export async function withStartFrame(
  timecode: TimecodeTrack,
  samples: SampleTable,
  source: ByteSource,
): Promise<TimecodeTrack> {
  const cursor = samples.cursor();
  if (!cursor.next() || cursor.sizeBytes < 4 || cursor.offsetBytes + 4 > source.sizeBytes) return timecode;
  const reader = new ByteReader(await source.read(cursor.offsetBytes, 4));
  const startFrame = reader.u32();
  return reader.overran ? timecode : { ...timecode, startFrame, label: timecodeLabel(timecode, startFrame) };
}

/**
 * The label of a frame (SMPTE ST 12-1): with drop frame, labels 00 and 01 (at 60 nominal frames 00 to 03) are
 * skipped at each minute not divisible by ten. Undefined when the track counts no whole frames, drops labels at
 * a rate that has none to drop, or the frame lies past midnight.
 */
export function timecodeLabel(
  { nominalFrames, dropFrame }: Pick<TimecodeTrack, 'nominalFrames' | 'dropFrame'>,
  frame: number,
): string | undefined {
  if (nominalFrames === 0 || (dropFrame && nominalFrames % 30 !== 0)) return undefined;
  const dropped = dropFrame ? nominalFrames / 15 : 0;
  const perTenMinutes = nominalFrames * 600 - 9 * dropped;
  if (frame < 0 || frame >= perTenMinutes * 6 * 24) return undefined;
  const tens = Math.floor(frame / perTenMinutes);
  const within = frame % perTenMinutes;
  // The first minute of ten is whole; each later one lacks its dropped labels.
  const perMinute = nominalFrames * 60;
  const minute = within < perMinute ? 0 : 1 + Math.floor((within - perMinute) / (perMinute - dropped));
  const counted = within + minute * dropped;
  const seconds = Math.floor(counted / nominalFrames);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = tens * 10 + minute;
  const clock = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return `${clock}${dropFrame ? ';' : ':'}${two(counted % nominalFrames)}`;
}
