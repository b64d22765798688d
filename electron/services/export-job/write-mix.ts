import { createHash } from 'node:crypto';
import type { MixReport } from '../../../shared/model/loudness.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { LoudnessMeter } from '../../media/loudness/meter.ts';
import { encodePcm, pcmBytes } from '../../media/pcm/pcm-format.ts';
import { Limiter } from '../../media/mix/limiter.ts';
import { layOutBwf } from '../../media/wav/bwf.ts';
import { verifyWave } from '../../media/wav/verify.ts';
import { bwfSpec } from './bwf-spec.ts';
import type { ItemFormat } from './item.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { MIX_BLOCK_FRAMES, type MixedTrack } from './mix-blocks.ts';
import { mastered, mixLevel } from './mix-level.ts';
import { withUndecodable } from './undecodable.ts';

type MixFormat = Extract<ItemFormat, { readonly kind: 'mix' }>;

/** Measuring is so much of the work, writing the rest. */
const MEASURING_SHARE = 0.7;
const CHANNEL_NAMES = ['Mix L', 'Mix R'];

/**
 * Writes all players as one stereo Broadcast Wave file at a set loudness, with the start and the length of everything
 * else of the session. Packets are decoded again for every pass, so that memory does not grow with length. The head
 * states the loudness, which the last pass measures: it is written again at the end, as long as before.
 */
export async function writeMix(job: MediaJob, { samples: format, places }: MixFormat): Promise<WrittenMedia> {
  const { item, sources, output, signal, onWrite } = job;
  const tracks = sources.map((source): MixedTrack => {
    const place = places[item.players.findIndex(({ id }) => id === source.player.id)];
    return { source, place: place ?? { panPercent: 0, gainDb: 0 } };
  });
  const frames = sources[0]?.filled.editDurationSamples ?? 0;
  const content = { channelNames: CHANNEL_NAMES, title: 'mix' };
  const meter = new LoudnessMeter(2);
  const unmeasured = new LoudnessMeter(2).finish();
  const { head, dataBytes, tail, totalBytes } = layOutBwf(
    bwfSpec(job, format, { ...content, loudness: unmeasured }),
  );
  const onShare = (share: number): void => {
    signal.throwIfAborted();
    onWrite(Math.round(share * totalBytes), totalBytes);
  };

  const { gainDb, players } = await mixLevel(tracks, frames, (share) => {
    onShare(MEASURING_SHARE * share);
  });
  output.write(head, 0);
  const frameBytes = CHANNEL_NAMES.length * pcmBytes(format);
  const bytes = new Uint8Array(Math.max(MIX_BLOCK_FRAMES, Limiter.latencyFrames) * frameBytes);
  const hash = createHash('sha256');
  let position = head.length;
  const { undecodable, limitedDb } = await mastered(tracks, frames, gainDb, (block, doneFrames) => {
    const count = block[0].length;
    meter.add(block, count);
    const written = bytes.subarray(0, encodePcm(format, block, count, bytes));
    hash.update(written);
    output.write(written, position);
    position += written.length;
    onShare(MEASURING_SHARE + ((1 - MEASURING_SHARE) * doneFrames) / frames);
  });
  output.write(tail, head.length + dataBytes);
  const mix = meter.finish();
  const spec = bwfSpec(job, format, { ...content, loudness: mix });
  output.write(layOutBwf(spec).head, 0);

  const sha256 = hash.digest('hex');
  const mixReport: MixReport = {
    mix,
    raisedDb: gainDb,
    limitedDb,
    players: item.players.map(({ id, name }, index) => ({
      playerId: id,
      player: name,
      place: places[index] ?? { panPercent: 0, gainDb: 0 },
      loudness: players[tracks.findIndex(({ source }) => source.player.id === id)] ?? null,
    })),
  };
  return {
    sizeBytes: totalBytes,
    digests: [sha256],
    channels: CHANNEL_NAMES.length,
    mixReport,
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
      const report = await verifyWave(output.source(totalBytes), expected, { signal, onProgress: onRead });
      return withUndecodable(report, undecodable);
    },
  };
}
