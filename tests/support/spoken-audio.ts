import { opusCodec } from '../../electron/io/opus-codec.ts';

const FRAME_SAMPLES = 960;

/** Encodes audio to 20 ms packets with the encoder an export uses; `sample` gives the value at a sample of a channel. */
export function encodeAudio(
  packets: number,
  sample: (at: number, channel: number) => number,
  channels: 1 | 2 = 1,
): Uint8Array[] {
  const encoder = opusCodec().createEncoder(channels);
  return Array.from({ length: packets }, (_, packet) => {
    const pcm = new Int16Array(FRAME_SAMPLES * channels);
    for (let i = 0; i < pcm.length; i++) {
      pcm[i] = sample(packet * FRAME_SAMPLES + Math.floor(i / channels), i % channels);
    }
    return Uint8Array.from(encoder.encode(pcm, FRAME_SAMPLES));
  });
}

/** A tone of this peak value and frequency. */
export function tone(peak: number, hertz = 440): (at: number) => number {
  return (at) => Math.round(peak * Math.sin((2 * Math.PI * hertz * at) / 48_000));
}
