import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodedPackets,
  encodedTrim,
  ENCODER_DELAY_SAMPLES,
  PacketEncoder,
} from '../../../electron/media/opus/packet-encoder.ts';
import type { OpusPacketEncoder } from '../../../electron/media/opus/silence.ts';
import { packetUnits } from '../../../electron/media/opus/toc.ts';
import { createFloatDecoder } from '../../../electron/io/opus-decode.ts';
import { opusCodec } from '../../../electron/io/opus-codec.ts';

/** Keeps what it is given. */
function recorder(channels: 1 | 2 = 2) {
  const frames: Int16Array[] = [];
  const encoder: OpusPacketEncoder = {
    channels,
    encode: (pcm, frameSamples) => {
      expect([pcm.length, frameSamples]).toEqual([1920, 960]);
      frames.push(pcm.slice());
      return Uint8Array.of(frames.length);
    },
    close: () => undefined,
  };
  return { encoder, frames };
}

describe('sound cut into packets', () => {
  test('is all there, in order, however it arrives, with silence behind', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2500 }), { maxLength: 6 }), (lengths) => {
        const { encoder, frames } = recorder();
        const packets: number[] = [];
        const encoding = new PacketEncoder(encoder, ([packet = 0]) => void packets.push(packet));
        let at = 0;
        for (const length of lengths) {
          const left = Float32Array.from({ length }, (_, i) => ((at + i) % 1000) / 0x8000);
          encoding.add([left, left.map((value) => -value)]);
          at += length;
        }
        encoding.finish();
        expect(packets).toEqual(Array.from({ length: encodedPackets(at) }, (_, i) => i + 1));
        const all = frames.flatMap((frame) => [...frame]);
        expect(all.length / 2).toBe(at + ENCODER_DELAY_SAMPLES + encodedTrim(at));
        const wanted = Array.from({ length: all.length / 2 }, (_, i) => (i < at ? i % 1000 : 0));
        expect(all.filter((_, i) => i % 2 === 0)).toEqual(wanted);
        expect(all.filter((_, i) => i % 2 === 1)).toEqual(wanted.map((value) => 0 - value));
      }),
      { numRuns: 40 },
    );
  });

  test('trims less than a packet from its end', () => {
    for (const frames of [0, 1, 647, 648, 649, 960, 1608, 1609, 48_000]) {
      expect(encodedTrim(frames)).toBeGreaterThanOrEqual(0);
      expect(encodedTrim(frames)).toBeLessThan(960);
      expect(960 * encodedPackets(frames)).toBe(frames + ENCODER_DELAY_SAMPLES + encodedTrim(frames));
    }
  });

  test('is clipped, not turned round', () => {
    const { encoder, frames } = recorder();
    const encoding = new PacketEncoder(encoder, () => undefined);
    encoding.add([Float32Array.of(1, -1, 2, -2), Float32Array.of(1.5, 0.99999, -1.00001, 0)]);
    encoding.finish();
    expect([...(frames[0]?.subarray(0, 8) ?? [])]).toEqual([
      32_767, 32_767, -32_768, 32_767, 32_767, -32_768, -32_768, 0,
    ]);
  });

  test('is of two channels', () => {
    expect(() => new PacketEncoder(recorder(1).encoder, () => undefined)).toThrow(RangeError);
  });
});

test.each([96, 128, 160, 192])('at %i kb/s a decoder is late by what is skipped', async (kbps) => {
  const encoder = opusCodec().createEncoder(2, 1000 * kbps);
  const decoder = await createFloatDecoder(2);
  const left: number[] = [];
  let bytes = 0;
  const encoding = new PacketEncoder(encoder, (packet) => {
    expect(packetUnits(packet, 0, packet.length)).toBe(8);
    bytes += packet.length;
    left.push(...(decoder.decode(packet)?.[0] ?? []));
  });
  // Clicks of many frequencies show a sample's difference; between them there is something to encode.
  const sound = Float32Array.from(
    { length: 96_000 },
    (_, i) => 0.1 * Math.sin((i * i) / 20_000) + (i % 4801 === 2400 ? 0.7 : 0),
  );
  encoding.add([sound, sound]);
  encoding.finish();
  encoder.close();
  decoder.close();
  const alike = (lag: number): number =>
    sound.reduce((sum, value, i) => sum + value * (left[i + ENCODER_DELAY_SAMPLES + lag] ?? 0), 0);
  const lags = Array.from({ length: 41 }, (_, i) => i - 20);
  expect(lags.toSorted((a, b) => alike(b) - alike(a))[0]).toBe(0);
  // What a bitrate promises, with the first packets' allowance.
  expect((8 * bytes) / 2).toBeGreaterThan(0.5 * 1000 * kbps);
  expect((8 * bytes) / 2).toBeLessThan(1.1 * 1000 * kbps);
});
