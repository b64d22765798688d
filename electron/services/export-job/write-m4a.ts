import { AppError } from '../../../shared/model/errors.ts';
import { release } from '../../media/bytes/release.ts';
import { Muxer } from '../../media/mp4/muxer.ts';
import { verifyMovie } from '../../media/mp4/verify.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { movieSpec } from './movie-spec.ts';
import { PayloadWriter } from './payload-writer.ts';
import type { SourceTrack } from './source-track.ts';
import { packetStretches } from './track-packets.ts';

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
function addAll(muxer: Muxer, source: SourceTrack): void {
  const { packets } = source.filled.placement;
  for (const stretch of packetStretches(source)) {
    if (stretch.kind === 'filler') muxer.addFiller(0, stretch.packet.length, stretch.units, stretch.count);
    else {
      const { first, end } = stretch;
      muxer.addSamples(0, packets.sizesBytes, packets.durationUnits, first, end - first);
    }
  }
}

/** Writes every sample's payload in the same order. */
async function writeAll(writer: PayloadWriter, source: SourceTrack): Promise<void> {
  const { packets } = source.filled.placement;
  for (const stretch of packetStretches(source)) {
    if (stretch.kind === 'filler') await writer.filler(stretch.packet, stretch.count);
    else await writer.packets(source.reader, packets, stretch.first, stretch.end);
  }
}
