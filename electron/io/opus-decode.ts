import { OpusDecoder } from 'opus-decoder';
import type { OpusDecoderFloat } from '../media/opus/decoder.ts';
import { packetUnits } from '../media/opus/toc.ts';

/** What the library makes room for, per channel; a longer packet does not fit its memory. */
const INPUT_BYTES = 3840;

/**
 * A new decoder to floats, libopus as WebAssembly: what is written as PCM is made of this, on every machine the same.
 * It keeps its state from packet to packet; who fills gaps hands it the filler's packets too.
 */
export async function createFloatDecoder(channels: 1 | 2): Promise<OpusDecoderFloat> {
  const decoder = new OpusDecoder({ channels });
  await decoder.ready;
  return {
    channels,
    decode: (packet) => {
      // The library prints what libopus refuses; packets that cannot be one are not handed to it.
      if (packet.length > INPUT_BYTES * channels || packetUnits(packet, 0, packet.length) === 0)
        return undefined;
      const { channelData, errors } = decoder.decodeFrame(packet);
      return errors.length > 0 ? undefined : channelData;
    },
    close: () => {
      decoder.free();
    },
  };
}
