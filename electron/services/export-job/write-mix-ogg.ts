import { crc32 } from 'node:zlib';
import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { verifyOgg } from '../../media/ogg/verify.ts';
import { OggWriter } from '../../media/ogg/writer.ts';
import { ENCODED_UNITS, encodedPackets } from '../../media/opus/packet-encoder.ts';
import { BlockWriter } from './block-writer.ts';
import { encodeMix, MIX_HEAD } from './encode-mix.ts';
import type { EncodedMixFormat } from './item.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { mixFrames } from './mix-down.ts';
import { mixTags, NO_DIGEST } from './ogg-tags.ts';
import { withUndecodable } from './undecodable.ts';

/** Writes the mix-down as an Ogg Opus file, with the start and the length of everything else of the session. */
export async function writeMixOgg(job: MediaJob, format: EncodedMixFormat): Promise<WrittenMedia> {
  const { session, output, signal } = job;
  const frames = mixFrames(job);
  const count = encodedPackets(frames);
  const begin = (): { readonly writer: OggWriter; readonly block: BlockWriter } => {
    const writer = new OggWriter({
      head: MIX_HEAD,
      serial: crc32(`${session.id}/mix`),
      endGranule: MIX_HEAD.preSkipSamples + frames,
    });
    const block = new BlockWriter(output, 0, () => {
      signal.throwIfAborted();
    });
    for (const page of writer.headers(mixTags(job, format.kbps, NO_DIGEST))) block.append(page);
    return { writer, block };
  };
  const appendTo = (block: BlockWriter, page: Uint8Array | undefined): void => {
    if (page !== undefined) block.append(page);
  };
  let begun = begin();
  let isFirst = true;
  const { sha256, mixReport, undecodable } = await encodeMix(job, format, async () => {
    if (!isFirst) {
      await output.empty();
      begun = begin();
    }
    isFirst = false;
    const { writer, block } = begun;
    return (packet) => {
      appendTo(block, writer.add(packet, ENCODED_UNITS * FRAME_UNIT_SAMPLES));
    };
  });
  const { writer, block } = begun;
  appendTo(block, writer.finish());
  const sizeBytes = block.finish();
  // The digest is as long as the zeros that stood for it.
  output.write(Buffer.concat(writer.headers(mixTags(job, format.kbps, sha256))), 0);
  return {
    sizeBytes,
    digests: [sha256],
    mixReport,
    verify: async (onRead) => {
      const expected = {
        name: 'mix',
        head: MIX_HEAD,
        durationSamples: frames,
        sha256,
        runs: [{ count }],
        of: 'the mix-down',
      };
      const verified = await verifyOgg(output.source(sizeBytes), expected, { signal, onProgress: onRead });
      return withUndecodable(verified, undecodable);
    },
  };
}
