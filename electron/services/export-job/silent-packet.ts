import { opusCodec } from '../../io/opus-codec.ts';

/** A decoder that begins may fade in; what follows is what a gap sounds like. */
const TIMES = 3;

/** Whether an Opus packet decodes to digital silence by itself. What bytes it is made of depends on who encoded it. */
export function isSilentPacket(packet: Uint8Array, channels: 1 | 2): boolean {
  const decoder = opusCodec().createDecoder(channels);
  try {
    for (let time = 0; time < TIMES; time++) {
      const samples = decoder.decode(packet);
      if (samples === undefined || samples.some((sample) => sample !== 0)) return false;
    }
    return true;
  } finally {
    decoder.close();
  }
}
