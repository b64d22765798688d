import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { opusCodec } from '../../../electron/io/opus-codec.ts';
import { readOggOpus } from '../../../electron/media/ogg/reader.ts';
import { SilenceSet, silenceFrames, type OpusPacketEncoder } from '../../../electron/media/opus/silence.ts';
import { packetChannels, packetSamples } from '../../../electron/media/opus/toc.ts';
import { OpusDecoder } from './opus-decoder.ts';

const LENGTHS = [8, 4, 2, 1] as const;
const speechFile = join(import.meta.dirname, '../../../resources/speech/marit.opus');

describe.each([1, 2] as const)('silence with %i channels', (channels) => {
  const silence = new SilenceSet(opusCodec().createEncoder(channels));

  test.each(LENGTHS)('a packet of %i units lasts that long', (units) => {
    const packet = silence.packet(units);
    expect(packetSamples(packet, 0, packet.length)).toBe(units * 120);
    expect(packetChannels(packet[0] ?? 0)).toBe(channels);
    expect(packet.length).toBe(3);
    expect(silence.packet(units)).toBe(packet);
  });

  test.each(LENGTHS)('an encoder that goes on hearing zeros repeats the packet of %i units', (units) => {
    const encoder = opusCodec().createEncoder(channels);
    const zeros = new Int16Array(units * 120 * channels);
    const packets = new Set<string>();
    for (let i = 0; i < 100; i++)
      packets.add(Buffer.from(encoder.encode(zeros, units * 120)).toString('hex'));
    expect([...packets]).toEqual([Buffer.from(silence.packet(units)).toString('hex')]);
  });

  test.each(LENGTHS)('packets of %i units decode to zeros', (units) => {
    const decoder = new OpusDecoder(channels);
    for (let i = 0; i < 100; i++) {
      const pcm = decoder.decode(silence.packet(units));
      expect(pcm.length).toBe(units * 120 * channels);
      expect(pcm.every((sample) => sample === 0)).toBe(true);
    }
    decoder.close();
  });
});

// The last packet's own tail: 2.5 ms of overlap, 5 ms where the coding mode changes, then a filter that dies away.
test.each(LENGTHS)(
  'after speech, packets of %i units are at -60 dB after 5 ms and zero after 10 ms',
  (units) => {
    const silence = new SilenceSet(opusCodec().createEncoder(1));
    const { packets } = readOggOpus(readFileSync(speechFile), 'marit.opus');
    let cuts = 0;
    let loudestSpeech = 0;
    let loudestFrom5ms = 0;
    let loudestFrom10ms = 0;
    for (let cut = 20; cut < 260; cut += 16) {
      const decoder = new OpusDecoder(1);
      for (const packet of packets.slice(0, cut))
        loudestSpeech = Math.max(loudestSpeech, peak(decoder.decode(packet)));
      let at = 0;
      while (at < 4800) {
        const pcm = decoder.decode(silence.packet(units));
        loudestFrom5ms = Math.max(loudestFrom5ms, peak(pcm.subarray(Math.max(0, 240 - at))));
        loudestFrom10ms = Math.max(loudestFrom10ms, peak(pcm.subarray(Math.max(0, 480 - at))));
        at += pcm.length;
      }
      decoder.close();
      cuts++;
    }
    expect(cuts).toBe(15);
    expect(loudestSpeech).toBeGreaterThan(16_000);
    expect(loudestFrom5ms).toBeLessThan(33);
    expect(loudestFrom10ms).toBe(0);
  },
);

test('an encoder that gives another length or channel count is refused', () => {
  const says = (packet: readonly number[]): OpusPacketEncoder => ({
    channels: 1,
    encode: () => Uint8Array.from(packet),
    close: () => undefined,
  });
  expect(() => new SilenceSet(says([0xf0, 0xff, 0xfe]))).toThrow(
    'expected 8 units of silence in 1 channels, got 4 in 1',
  );
  expect(() => new SilenceSet(says([0xfc, 0xff, 0xfe]))).toThrow('got 8 in 2');
  expect(() => new SilenceSet(says([]))).toThrow(RangeError);
});

describe('silenceFrames', () => {
  test.each([
    [0, []],
    [1, [[1, 1]]],
    [8, [[8, 1]]],
    [
      15,
      [
        [8, 1],
        [4, 1],
        [2, 1],
        [1, 1],
      ],
    ],
    [
      27_002,
      [
        [8, 3375],
        [2, 1],
      ],
    ],
  ])('lays %i units', (units, expected) => {
    expect(silenceFrames(units).map((frames) => [frames.units, frames.count])).toEqual(expected);
  });

  test('always adds up, longest first, with one at most of each shorter length', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (units) => {
        const frames = silenceFrames(units);
        expect(frames.reduce((sum, each) => sum + each.units * each.count, 0)).toBe(units);
        expect(frames.map((each) => each.units)).toEqual(
          frames.map((each) => each.units).sort((a, b) => b - a),
        );
        expect(frames.every((each) => each.units === 8 || each.count === 1)).toBe(true);
      }),
      { seed: 23, numRuns: 500 },
    );
  });

  test.each([-1, 0.5, Number.NaN, Infinity])('refuses %d', (units) => {
    expect(() => silenceFrames(units)).toThrow(RangeError);
  });
});

function peak(pcm: Int16Array): number {
  return pcm.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
}
