import { expect, test } from 'vitest';
import { opusCodec } from '../../electron/io/opus-codec.ts';
import { createFloatDecoder } from '../../electron/io/opus-decode.ts';
import { encodeAudio, tone } from '../support/spoken-audio.ts';

const SECOND_PACKETS = 50;

test.each([1, 2] as const)(
  'floats are the 16-bit samples of the other decoders, with %i channels',
  async (channels) => {
    const packets = encodeAudio(SECOND_PACKETS, (at, channel) => tone(9000 - 4000 * channel)(at), channels);
    const floats = await createFloatDecoder(channels);
    const names = ((): readonly ('native' | 'wasm')[] => {
      try {
        opusCodec('native');
        return ['native', 'wasm'];
      } catch {
        return ['wasm'];
      }
    })();
    const decoders = names.map((name) => opusCodec(name).createDecoder(channels));
    for (const packet of packets) {
      const planes = floats.decode(packet) ?? [];
      expect(planes.map(({ length }) => length)).toEqual(Array.from({ length: channels }, () => 960));
      for (const decoder of decoders) {
        const pcm = decoder.decode(packet) ?? new Int16Array();
        expect(pcm).toHaveLength(960 * channels);
        let worst = 0;
        pcm.forEach((value, i) => {
          const float = planes[i % channels]?.[Math.floor(i / channels)] ?? NaN;
          worst = Math.max(worst, Math.abs(float * 32_768 - value));
        });
        expect(worst).toBeLessThan(2);
      }
    }
    floats.close();
    for (const decoder of decoders) decoder.close();
  },
);

test('what is no packet is undefined, and the next one is decoded', async () => {
  const [packet = new Uint8Array()] = encodeAudio(1, tone(9000));
  const floats = await createFloatDecoder(1);
  const whole = opusCodec().createDecoder(1);
  for (const decoder of [floats, whole]) {
    // Code 3 with a count of no frames (RFC 6716 section 3.2.5).
    expect(decoder.decode(Uint8Array.of(0xfb, 0x00))).toBeUndefined();
    expect(decoder.decode(packet)).toBeDefined();
    decoder.close();
  }
  expect(floats.channels).toBe(1);
});

test('a packet that is longer than the decoder has room for is refused', async () => {
  const decoder = await createFloatDecoder(1);
  expect(decoder.decode(new Uint8Array(4000).fill(0xf8))).toBeUndefined();
  expect(decoder.decode(new Uint8Array(0))).toBeUndefined();
  decoder.close();
});
