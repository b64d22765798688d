import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import { pcmBytes } from '../../media/pcm/pcm-format.ts';
import { layOutBwf } from '../../media/wav/bwf.ts';
import { verifyWave } from '../../media/wav/verify.ts';
import { bwfSpec } from './bwf-spec.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { withUndecodable } from './undecodable.ts';
import { writePcm } from './write-pcm.ts';

/**
 * Writes a Broadcast Wave file: the decoded packets, with the m4a's start and length; the channels of several players
 * side by side. Its length is known before the first packet is decoded, so its head is written once.
 */
export async function writeBwf(job: MediaJob, format: PcmFormat): Promise<WrittenMedia> {
  const { sources, output, signal, onWrite } = job;
  const [only, ...others] = sources;
  const spec = bwfSpec(job, format, {
    channelNames: sources.flatMap(({ player, track }) =>
      track.channels === 1 ? [player.name] : [`${player.name} L`, `${player.name} R`],
    ),
    ...(others.length === 0 && { player: only?.player }),
  });
  const { head, dataBytes, tail, totalBytes } = layOutBwf(spec);
  output.write(head, 0);
  const place = { format, frames: spec.frames, order: 'interleaved', startByte: head.length } as const;
  const { sha256, undecodable } = await writePcm(output, sources, place, (positionBytes) => {
    signal.throwIfAborted();
    onWrite(positionBytes, totalBytes);
  });
  output.write(tail, head.length + dataBytes);
  return {
    sizeBytes: totalBytes,
    digests: [sha256],
    verify: async (onRead) => {
      const expected = {
        sampleRate: SAMPLE_RATE,
        channels: spec.channels,
        bitDepth: 8 * pcmBytes(format),
        frames: spec.frames,
        timeReferenceSamples: spec.bext.timeReferenceSamples,
        sha256,
        cues: spec.cues.length,
      };
      const report = await verifyWave(output.source(totalBytes), expected, { signal, onProgress: onRead });
      return withUndecodable(report, undecodable);
    },
  };
}
