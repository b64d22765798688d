import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { type FileLayout } from '../../media/mp4/layout.ts';
import { Muxer } from '../../media/mp4/muxer.ts';
import { verifyMovie } from '../../media/mp4/verify.ts';
import { ENCODED_UNITS, encodedPackets } from '../../media/opus/packet-encoder.ts';
import { BlockWriter } from './block-writer.ts';
import { encodeMix } from './encode-mix.ts';
import { fileChapters } from './file-markers.ts';
import type { EncodedMixFormat } from './item.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { mixFrames } from './mix-down.ts';
import { mixSpec } from './movie-spec.ts';
import { withUndecodable } from './undecodable.ts';

/** At the highest bitrate, well below the 4 GiB from which on the head would have to be longer. */
const MOST_HOURS = 40;

/**
 * Writes the mix-down as an `.m4a` whose `moov` comes first, with the start and the length of everything else of the
 * session. How long the head is follows from how many packets there will be; their sizes are filled in when they are
 * known.
 * @throws AppError('unsupported') for more than 40 hours.
 */
export async function writeMixM4a(job: MediaJob, format: EncodedMixFormat): Promise<WrittenMedia> {
  const { item, output, signal } = job;
  const frames = mixFrames(job);
  if (frames > MOST_HOURS * 3600 * SAMPLE_RATE) {
    throw detailedError({ kind: 'mix-too-long', hours: MOST_HOURS });
  }
  const count = encodedPackets(frames);
  const sizesBytes = new Uint16Array(count).fill(1);
  const durationUnits = new Uint8Array(count).fill(ENCODED_UNITS);
  const laidOut = (): FileLayout => {
    const muxer = new Muxer(mixSpec(job, format.kbps));
    muxer.addSamples(0, sizesBytes, durationUnits, 0, count);
    return muxer.finish();
  };
  const headBytes = laidOut().head.length;
  let row = 0;
  let block: BlockWriter | undefined;
  const { sha256, mixReport, undecodable } = await encodeMix(job, format, async () => {
    if (block !== undefined) await output.empty();
    const begun = new BlockWriter(output, headBytes, () => {
      signal.throwIfAborted();
    });
    block = begun;
    row = 0;
    return (packet) => {
      sizesBytes[row++] = packet.length;
      begun.append(packet);
    };
  });
  const sizeBytes = block?.finish() ?? headBytes;
  const { head, totalBytes, digestOffset } = laidOut();
  if (row !== count || head.length !== headBytes || totalBytes !== sizeBytes || digestOffset === undefined) {
    throw new AppError(
      'internal',
      `${output.partPath} came out ${sizeBytes} bytes long with ${row} packets instead of ${totalBytes} with ${count}.`,
    );
  }
  output.write(head, 0);
  output.write(Buffer.from(sha256, 'latin1'), digestOffset);
  return {
    sizeBytes,
    digests: [sha256],
    mixReport,
    verify: async (onRead) => {
      const verified = await verifyMovie(output.source(sizeBytes), {
        expected: [{ count, sizesBytes, durationUnits, sha256 }],
        of: 'the mix-down',
        chapters: fileChapters(item, frames),
        signal,
        onProgress: onRead,
      });
      return withUndecodable(verified, undecodable);
    },
  };
}
