import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/model/errors.ts';
import { createFloatDecoder } from '../../io/opus-decode.ts';
import { opusCodec } from '../../io/opus-codec.ts';
import { LoudnessMeter } from '../../media/loudness/meter.ts';
import { encodedBytes, ENCODER_DELAY_SAMPLES, PacketEncoder } from '../../media/opus/packet-encoder.ts';
import type { Loudness, MixReport } from '../../../shared/model/loudness.ts';
import { LIMIT_DB } from '../../media/mix/master.ts';
import type { EncodedMixFormat } from './item.ts';
import type { MediaJob } from './media-job.ts';
import { MixDown, mixFrames } from './mix-down.ts';

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
  readonly mixReport: MixReport;
  /** Recorded packets that could not be decoded, which became silence. */
  readonly undecodable: number;
}

/** So often it is encoded at most. */
const MOST_PASSES = 4;
/** What peaks are lowered by more than they were too high: the next encoding moves them again. */
const MARGIN_DB = 0.25;

/**
 * Encodes the mix-down as stereo packets of 20 ms. Each is decoded again at once and measured: encoding moves peaks. As
 * long as one is above the ceiling everything is encoded once more, from peaks that are held lower by as much.
 * @param onBegin called before the first packet and again whenever it is begun anew; what it gives is given every
 *   packet in order.
 */
export async function encodeMix(
  job: MediaJob,
  { kbps, places }: EncodedMixFormat,
  onBegin: () => Promise<(packet: Uint8Array) => void>,
): Promise<EncodedMix> {
  const { signal, onWrite } = job;
  const payloadBytes = encodedBytes(mixFrames(job), kbps);
  let [pass, likely, told] = [1, 1, 0];
  const onShare = (share: number): void => {
    signal.throwIfAborted();
    // One pass more than was likely takes nothing back of what was told.
    told = Math.max(told, (pass - 1 + share) / Math.max(pass, likely));
    onWrite(Math.round(told * payloadBytes), payloadBytes);
  };
  const mixDown = await MixDown.measure(job, places, onShare);
  // Peaks that are held are lifted by encoding, as a rule; the rest of the way is told in two parts then.
  if (mixDown.isLimited) likely = 2;
  for (let loweredDb = 0; ;) {
    const { mix, sha256, report, undecodable } = await encodeOnce(
      job,
      kbps,
      mixDown,
      await onBegin(),
      onShare,
    );
    const overDb = (mix.truePeakDbtp ?? LIMIT_DB) - LIMIT_DB;
    if (overDb <= 0 || pass === MOST_PASSES)
      return { sha256, undecodable, mixReport: { mix, ...report, encoding: { passes: pass, loweredDb } } };
    loweredDb += overDb + MARGIN_DB;
    pass++;
    await mixDown.lowerLimit(overDb + MARGIN_DB, onShare);
  }
}

/** Encodes it once, and measures what a player hears. */
async function encodeOnce(
  job: MediaJob,
  kbps: number,
  mixDown: MixDown,
  onPacket: (packet: Uint8Array) => void,
  onShare: (share: number) => void,
): Promise<Awaited<ReturnType<MixDown['make']>> & { readonly sha256: string; readonly mix: Loudness }> {
  const hash = createHash('sha256');
  const meter = new LoudnessMeter(2);
  const decoder = await createFloatDecoder(2);
  const encoder = opusCodec().createEncoder(2, 1000 * kbps);
  let skip: number = ENCODER_DELAY_SAMPLES;
  let left = mixFrames(job);
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
    const made = await mixDown.make((block) => {
      packets.add(block);
    }, onShare);
    packets.finish();
    return { ...made, sha256: hash.digest('hex'), mix: meter.finish() };
  } finally {
    decoder.close();
    encoder.close();
  }
}
