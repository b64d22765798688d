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
  const writer = new OggWriter({
    head: MIX_HEAD,
    serial: crc32(`${session.id}/mix`),
    endGranule: MIX_HEAD.preSkipSamples + frames,
  });
  const block = new BlockWriter(output, 0, () => {
    signal.throwIfAborted();
  });
  const append = (page: Uint8Array | undefined): void => {
    if (page !== undefined) block.append(page);
  };
  writer.headers(mixTags(job, format.kbps, NO_DIGEST)).forEach(append);
  const { sha256, mixReport, undecodable } = await encodeMix(job, format, (packet) => {
    append(writer.add(packet, ENCODED_UNITS * FRAME_UNIT_SAMPLES));
  });
  append(writer.finish());
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
