import { OpusDecoder } from 'opus-decoder';
import type { OpusDecoderFloat } from '../media/opus/decoder.ts';
import { MAX_PACKET_BYTES } from '../media/opus/toc.ts';

/** What the library makes room for, per channel; a longer packet does not fit its memory. */
const INPUT_BYTES = 3840;

/**
 * A new decoder to floats, libopus as WebAssembly: what is written as PCM is made of this, on every machine the same.
 * It keeps its state from packet to packet; who fills gaps hands it the filler's packets too.
 */
export async function createFloatDecoder(channels: 1 | 2): Promise<OpusDecoderFloat> {
  const decoder = new OpusDecoder({ channels });
  await decoder.ready;
  const longestBytes = Math.min(INPUT_BYTES * channels, MAX_PACKET_BYTES);
  return {
    channels,
    decode: (packet) => {
      if (packet.length === 0 || packet.length > longestBytes) return undefined;
      const { channelData, errors } = decoder.decodeFrame(packet);
      return errors.length > 0 ? undefined : channelData;
    },
    close: () => {
      decoder.free();
    },
  };
}
