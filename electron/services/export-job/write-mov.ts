import { detailedError } from '../../../shared/model/detailed-error.ts';
import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import { PCM_CODES } from '../../media/mp4/boxes-pcm.ts';
import { layOutMov, MAX_MOV_FRAMES } from '../../media/mp4/mov.ts';
import { verifyMov } from '../../media/mp4/verify-mov.ts';
import { pcmBytes } from '../../media/pcm/pcm-format.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { movSpec } from './movie-spec.ts';
import { withUndecodable } from './undecodable.ts';
import { writePcm } from './write-pcm.ts';

/**
 * Writes a QuickTime movie of decoded samples with the m4a's start, length and timecode track, a track for each player.
 * @throws AppError('unsupported') for more than a day: the format counts a track's samples in 32 bits.
 */
export async function writeMov(job: MediaJob, format: PcmFormat): Promise<WrittenMedia> {
  const { session, item, sources, output, signal, onWrite } = job;
  const spec = movSpec(session, item, sources, format);
  const { frames } = spec;
  if (frames > MAX_MOV_FRAMES) {
    throw detailedError({ kind: 'mov-too-long' });
  }
  const { head, totalBytes } = layOutMov(spec);
  output.write(head, 0);
  const place = { format, frames, order: 'by-track', startByte: head.length } as const;
  const { sha256, undecodable } = await writePcm(output, sources, place, (positionBytes) => {
    signal.throwIfAborted();
    onWrite(positionBytes, totalBytes);
  });
  return {
    sizeBytes: totalBytes,
    digests: [sha256],
    verify: async (onRead) => {
      const expected = {
        code: PCM_CODES[format],
        tracks: spec.tracks.map(({ name, channels }) => ({ name, frameBytes: channels * pcmBytes(format) })),
        frames,
        startFrame: spec.timecode.startFrame,
        chapters: spec.chapters ?? [],
        dataStartByte: head.length,
        sha256,
      };
      const report = await verifyMov(output.source(totalBytes), expected, { signal, onProgress: onRead });
      return withUndecodable(report, undecodable);
    },
  };
}
