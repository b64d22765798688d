import { AppError } from '../../../shared/model/errors.ts';
import { release } from '../../media/bytes/release.ts';
import { Muxer } from '../../media/mp4/muxer.ts';
import { verifyMovie } from '../../media/mp4/verify.ts';
import { silenceFrames } from '../../media/opus/silence.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { movieSpec } from './movie-spec.ts';
import { PayloadWriter } from './payload-writer.ts';
import type { SourceTrack } from './source-track.ts';

/** Writes an `.m4a` whose `moov` comes first: sizes are known before the payload is read. */
export async function writeM4a(job: MediaJob): Promise<WrittenMedia> {
  const { sources, output, signal, onWrite } = job;
  const [source] = sources;
  if (source === undefined) throw new RangeError('an export has at least one track');
  const { headBytes, totalBytes, digestOffset } = writeHead(job, source);
  const writer = new PayloadWriter(output, headBytes, {
    checks: source.track.checks,
    onWrite: (positionBytes) => {
      signal.throwIfAborted();
      onWrite(positionBytes, totalBytes);
    },
  });
  await writeAll(writer, source);
  const { endByte, sha256 } = await writer.finish();
  if (endByte !== totalBytes) {
    throw new AppError(
      'internal',
      `${output.partPath} came out ${endByte} bytes long instead of ${totalBytes}.`,
    );
  }
  if (digestOffset !== undefined) output.write(Buffer.from(sha256, 'latin1'), digestOffset);
  const { packets } = source.filled.placement;
  const { reader } = source;
  return {
    sizeBytes: totalBytes,
    digests: [sha256],
    verify: (onRead) =>
      verifyMovie(output.source(totalBytes), {
        expected: [{ ...packets, sha256, readPacket: (row: number) => reader.packet(packets, row) }],
        signal,
        onProgress: onRead,
      }),
  };
}

/** Lays the file out and writes what comes before the payload, 4 bytes a packet that nobody keeps. */
function writeHead(
  { session, item, output }: MediaJob,
  source: SourceTrack,
): { headBytes: number; totalBytes: number; digestOffset: number | undefined } {
  const muxer = new Muxer(movieSpec(session, item, source));
  addAll(muxer, source);
  const { head, totalBytes, digestOffset } = muxer.finish();
  const headBytes = head.length;
  output.write(head, 0);
  release(head);
  return { headBytes, totalBytes, digestOffset };
}

/** Tells the muxer every sample's size and length, in order. */
function addAll(muxer: Muxer, { filled, silence }: SourceTrack): void {
  const { packets, runs } = filled.placement;
  const addFiller = (units: number): void => {
    for (const frame of silenceFrames(units)) {
      muxer.addFiller(0, silence.packet(frame.units).length, frame.units, frame.count);
    }
  };
  for (let run = 0; run < runs.count; run++) {
    addFiller(filled.fillerUnitsBefore[run] ?? 0);
    const first = runs.firstPacket[run] ?? 0;
    const end = runs.firstPacket[run + 1] ?? packets.count;
    muxer.addSamples(0, packets.sizesBytes, packets.durationUnits, first, end - first);
  }
  addFiller(filled.tailFillerUnits);
}

/** Writes every sample's payload in the same order. */
async function writeAll(writer: PayloadWriter, { filled, silence, reader }: SourceTrack): Promise<void> {
  const { packets, runs } = filled.placement;
  const writeFiller = async (units: number): Promise<void> => {
    for (const frame of silenceFrames(units)) await writer.filler(silence.packet(frame.units), frame.count);
  };
  for (let run = 0; run < runs.count; run++) {
    await writeFiller(filled.fillerUnitsBefore[run] ?? 0);
    await writer.packets(
      reader,
      packets,
      runs.firstPacket[run] ?? 0,
      runs.firstPacket[run + 1] ?? packets.count,
    );
  }
  await writeFiller(filled.tailFillerUnits);
}
