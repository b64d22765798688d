import { opusCodec } from '../../io/opus-codec.ts';
import { silenceFor } from '../export-job/silence.ts';
import type { TrackCodec } from './page-decoder.ts';

/** The fastest decoder of this machine. */
export function trackCodec(channels: 1 | 2): TrackCodec {
  const codec = opusCodec();
  return { createDecoder: (count) => codec.createDecoder(count), filler: silenceFor(channels).packet(8) };
}
