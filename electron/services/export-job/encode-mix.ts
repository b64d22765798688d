import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/model/errors.ts';
import { createFloatDecoder } from '../../io/opus-decode.ts';
import { opusCodec } from '../../io/opus-codec.ts';
import { LoudnessMeter } from '../../media/loudness/meter.ts';
import { encodedBytes, ENCODER_DELAY_SAMPLES, PacketEncoder } from '../../media/opus/packet-encoder.ts';
import type { MixReport } from '../../../shared/model/loudness.ts';
import type { EncodedMixFormat } from './item.ts';
import type { MediaJob } from './media-job.ts';
import { mixDown, mixFrames } from './mix-down.ts';

/** What every decoder must know of an encoded mix-down. */
export const MIX_HEAD = {
  channels: 2,
  preSkipSamples: ENCODER_DELAY_SAMPLES,
  inputRate: 48_000,
  outputGain: 0,
} as const;

/** A mix-down whose packets went where they go. */
interface EncodedMix {
  /** SHA-256 over all packets in order, in hex. */
  readonly sha256: string;
  /** Of what a player hears: encoding moves peaks. */
  readonly mixReport: MixReport;
  /** Recorded packets that could not be decoded, which became silence. */
  readonly undecodable: number;
}

/**
 * Encodes the mix-down as stereo packets of 20 ms. Each is decoded again at once and measured.
 * @param onPacket given every packet in order.
 */
export async function encodeMix(
  job: MediaJob,
  { kbps, places }: EncodedMixFormat,
  onPacket: (packet: Uint8Array) => void,
): Promise<EncodedMix> {
  const { signal, onWrite } = job;
  const hash = createHash('sha256');
  const meter = new LoudnessMeter(2);
  const decoder = await createFloatDecoder(2);
  const encoder = opusCodec().createEncoder(2, 1000 * kbps);
  let skip: number = ENCODER_DELAY_SAMPLES;
  let left = mixFrames(job);
  const payloadBytes = encodedBytes(left, kbps);
  const packets = new PacketEncoder(encoder, (packet) => {
    hash.update(packet);
    onPacket(packet);
    const heard = decoder.decode(packet);
    const decoded = heard?.[0]?.length ?? 0;
    if (heard === undefined || decoded <= skip)
      throw new AppError('internal', 'The Opus encoder made a packet that cannot be decoded.');
    const frames = Math.min(left, decoded - skip);
    const from = skip;
    meter.add(
      heard.map((channel) => channel.subarray(from)),
      frames,
    );
    left -= frames;
    skip = 0;
  });
  try {
    const { report, undecodable } = await mixDown(
      job,
      places,
      (block) => {
        packets.add(block);
      },
      (share) => {
        signal.throwIfAborted();
        onWrite(Math.round(share * payloadBytes), payloadBytes);
      },
    );
    packets.finish();
    return { sha256: hash.digest('hex'), mixReport: { mix: meter.finish(), ...report }, undecodable };
  } finally {
    decoder.close();
    encoder.close();
  }
}
