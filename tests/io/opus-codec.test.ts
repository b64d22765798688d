import { describe, expect, test } from 'vitest';
import { opusCodec, type OpusCodecName } from '../../electron/io/opus-codec.ts';
import { SilenceSet } from '../../electron/media/opus/silence.ts';
import { packetUnits } from '../../electron/media/opus/toc.ts';
import { noise } from '../support/signals.ts';

const LENGTHS = [8, 4, 2, 1] as const;

/** Where no compiler was at hand the addon is absent, and only the fallback can be tested. */
const nativeWorks = ((): boolean => {
  try {
    return opusCodec('native').name === 'native';
  } catch {
    return false;
  }
})();

function silencePackets(name: OpusCodecName, channels: 1 | 2): readonly string[] {
  const set = new SilenceSet(opusCodec(name).createEncoder(channels));
  return LENGTHS.map((units) => Buffer.from(set.packet(units)).toString('hex'));
}

test.skipIf(!nativeWorks)('the compiled encoder comes first', () => {
  expect(opusCodec()).toMatchObject({
    name: 'native',
    reason: 'The compiled encoder works on this machine.',
  });
});

test('the one asked for is given, and the reason says so', () => {
  expect(opusCodec('wasm')).toMatchObject({ name: 'wasm', reason: 'The wasm encoder was asked for.' });
});

describe.each([
  [1, ['f8fffe', 'f0fffe', 'e8fffe', 'e0fffe']],
  [2, ['fcfffe', 'f4fffe', 'ecfffe', 'e4fffe']],
] as const)('silence with %i channels', (channels, expected) => {
  test('from WebAssembly', () => {
    expect(silencePackets('wasm', channels)).toEqual(expected);
  });

  test.skipIf(!nativeWorks)('from the compiled encoder is the same', () => {
    expect(silencePackets('native', channels)).toEqual(expected);
  });
});

describe.each(nativeWorks ? (['native', 'wasm'] as const) : (['wasm'] as const))('%s', (name) => {
  test('several encoders at once do not disturb each other', () => {
    const codec = opusCodec(name);
    const frame = (seed: number, channels: number): Int16Array =>
      Int16Array.from({ length: 960 * channels }, (_, at) => 12_000 * Math.sin((at * (seed + 1)) / 40));
    const encodeAll = (channels: readonly (1 | 2)[]): readonly string[] => {
      const encoders = channels.map((count) => codec.createEncoder(count));
      const packets: string[] = encoders.map(() => '');
      for (let i = 0; i < 10; i++) {
        encoders.forEach((encoder, at) => {
          const packet = encoder.encode(frame(i, encoder.channels), 960);
          expect(packetUnits(packet, 0, packet.length)).toBe(8);
          packets[at] = `${packets[at] ?? ''}${Buffer.from(packet).toString('hex')}`;
        });
      }
      return packets;
    };
    const [mono] = encodeAll([1]);
    const [stereo] = encodeAll([2]);
    expect(encodeAll([1, 2, 2, 1])).toEqual([mono, stereo, stereo, mono]);
  });
});

test.skipIf(!nativeWorks)('sound encoded at a bitrate is the same from both', () => {
  const sound = noise(48_000, 7);
  const packets = (name: OpusCodecName): readonly string[] => {
    const encoder = opusCodec(name).createEncoder(2, 128_000);
    const encoded = Array.from({ length: 50 }, (_, frame) => {
      const pcm = Int16Array.from({ length: 1920 }, (_unused, i) => {
        const value = sound[960 * frame + (i >> 1)] ?? 0;
        return 14_000 * (i % 2 === 0 ? value : value ** 2);
      });
      return Buffer.from(encoder.encode(pcm, 960)).toString('hex');
    });
    encoder.close();
    return encoded;
  };
  expect(packets('native')).toEqual(packets('wasm'));
});
