import { createHash } from 'node:crypto';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { LoudnessMeter } from '../../media/loudness/meter.ts';
import { Limiter } from '../../media/mix/limiter.ts';
import { encodePcm, pcmBytes } from '../../media/pcm/pcm-format.ts';
import { layOutBwf } from '../../media/wav/bwf.ts';
import { verifyWave } from '../../media/wav/verify.ts';
import { bwfSpec } from './bwf-spec.ts';
import type { ItemFormat } from './item.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { MIX_BLOCK_FRAMES } from './mix-blocks.ts';
import { MixDown, mixFrames } from './mix-down.ts';
import { withUndecodable } from './undecodable.ts';

type MixFormat = Extract<ItemFormat, { readonly kind: 'mix' }>;

const CHANNEL_NAMES = ['Mix L', 'Mix R'];

/**
 * Writes the mix-down as a Broadcast Wave file, with the start and the length of everything else of the session. The
 * head states the loudness, which is known when all is written: it is written again at the end, as long as before.
 */
export async function writeMix(job: MediaJob, { samples: format, places }: MixFormat): Promise<WrittenMedia> {
  const { output, signal, onWrite } = job;
  const frames = mixFrames(job);
  const content = { channelNames: CHANNEL_NAMES, title: 'mix' };
  const meter = new LoudnessMeter(2);
  const unmeasured = new LoudnessMeter(2).finish();
  const { head, dataBytes, tail, totalBytes } = layOutBwf(
    bwfSpec(job, format, { ...content, loudness: unmeasured }),
  );
  output.write(head, 0);
  const frameBytes = CHANNEL_NAMES.length * pcmBytes(format);
  const bytes = new Uint8Array(Math.max(MIX_BLOCK_FRAMES, Limiter.latencyFrames) * frameBytes);
  const hash = createHash('sha256');
  let position = head.length;
  const onShare = (share: number): void => {
    signal.throwIfAborted();
    onWrite(Math.round(share * totalBytes), totalBytes);
  };
  const mixDown = await MixDown.measure(job, places, onShare);
  const { report, undecodable } = await mixDown.make((block) => {
    const count = block[0].length;
    meter.add(block, count);
    const written = bytes.subarray(0, encodePcm(format, block, count, bytes));
    hash.update(written);
    output.write(written, position);
    position += written.length;
  }, onShare);
  output.write(tail, head.length + dataBytes);
  const mix = meter.finish();
  const spec = bwfSpec(job, format, { ...content, loudness: mix });
  output.write(layOutBwf(spec).head, 0);

  const sha256 = hash.digest('hex');
  return {
    sizeBytes: totalBytes,
    digests: [sha256],
    mixReport: { mix, ...report },
    verify: async (onRead) => {
      const expected = {
        sampleRate: SAMPLE_RATE,
        channels: CHANNEL_NAMES.length,
        bitDepth: 8 * pcmBytes(format),
        frames,
        timeReferenceSamples: spec.bext.timeReferenceSamples,
        sha256,
        cues: spec.cues.length,
        integratedLufs: mix.integratedLufs,
      };
      const verified = await verifyWave(output.source(totalBytes), expected, { signal, onProgress: onRead });
      return withUndecodable(verified, undecodable);
    },
  };
}
