import { OpusDecoder } from 'opus-decoder';
import type { OpusDecoderFloat } from '../media/opus/decoder.ts';
import { packetUnits } from '../media/opus/toc.ts';

/**
 * A new decoder to floats, libopus as WebAssembly: what is written as PCM is made of this, on every machine the same.
 * It keeps its state from packet to packet; who fills gaps hands it the filler's packets too.
 */
export async function createFloatDecoder(channels: 1 | 2): Promise<OpusDecoderFloat> {
  const decoder = new OpusDecoder({ channels });
  await decoder.ready;
  const { library, handle, input, output } = insideOf(decoder);
  return {
    channels,
    decode: (packet) => {
      // Of no bytes libopus would make up a packet.
      if (packet.length > input.buf.length || packetUnits(packet, 0, packet.length) === 0) return undefined;
      input.buf.set(packet);
      const samples = library.opus_frame_decode_float_deinterleaved(
        handle,
        input.ptr,
        packet.length,
        output.ptr,
      );
      if (samples < 0) return undefined;
      const left = output.buf.subarray(0, samples);
      return channels === 1 ? [left] : [left, output.buf.subarray(samples, 2 * samples)];
    },
    close: () => {
      decoder.free();
    },
  };
}

/** A stretch of the library's memory, as its own code and as WebAssembly see it. */
interface Stretch<Bytes> {
  readonly buf: Bytes;
  readonly ptr: number;
}

/**
 * What the package's own `decodeFrame` works with, and of which it makes two copies for every packet: a quarter of the
 * time that decoding takes. The package keeps it to itself, and its version is fixed.
 */
interface Inside {
  readonly library: {
    /** Samples of each channel, one channel after the other at `output`; negative what libopus refuses. */
    opus_frame_decode_float_deinterleaved(
      handle: number,
      input: number,
      bytes: number,
      output: number,
    ): number;
  };
  readonly handle: number;
  readonly input: Stretch<Uint8Array>;
  readonly output: Stretch<Float32Array>;
}

function insideOf(decoder: OpusDecoder): Inside {
  const inside: Partial<Record<keyof Inside, unknown>> = {
    library: field(field(decoder, '_common'), 'wasm'),
    handle: field(decoder, '_decoder'),
    input: field(decoder, '_input'),
    output: field(decoder, '_output'),
  };
  if (!isInside(inside)) throw new TypeError('opus-decoder is not made as its version 0.7.12 is');
  return inside;
}

function isInside(inside: Partial<Record<keyof Inside, unknown>>): inside is Inside {
  const { library, handle, input, output } = inside;
  return (
    typeof field(library, 'opus_frame_decode_float_deinterleaved') === 'function' &&
    typeof handle === 'number' &&
    [input, output].every((stretch) => typeof field(stretch, 'ptr') === 'number') &&
    field(input, 'buf') instanceof Uint8Array &&
    field(output, 'buf') instanceof Float32Array
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
