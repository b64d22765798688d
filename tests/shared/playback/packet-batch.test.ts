import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodePacketBatch,
  type PacketBatch,
  parsePacketBatch,
} from '../../../shared/playback/packet-batch.ts';

const batches: fc.Arbitrary<PacketBatch> = fc.record({
  channels: fc.constantFrom(1 as const, 2 as const),
  coveredSamples: fc.integer({ min: 0, max: 2 ** 40 }),
  packets: fc
    .tuple(
      fc.integer({ min: -312, max: 2 ** 40 }),
      fc.array(
        fc.record({
          gap: fc.integer({ min: 0, max: 100_000 }),
          durationSamples: fc.integer({ min: 1, max: 48 }).map((units) => units * 120),
          payload: fc.uint8Array({ minLength: 1, maxLength: 40 }),
        }),
        { maxLength: 20 },
      ),
    )
    .map(([first, packets]) => {
      let at = first;
      return packets.map(({ gap, durationSamples, payload }) => {
        const audioSamples = at;
        at += durationSamples + gap;
        return { audioSamples, durationSamples, payload };
      });
    }),
});

test('a batch comes back as it was', () => {
  fc.assert(
    fc.property(batches, (batch) => {
      expect(parsePacketBatch(encodePacketBatch(batch))).toEqual(batch);
    }),
  );
});

test('anything but a whole batch is none, and harms nobody', () => {
  fc.assert(
    fc.property(batches, fc.nat(), fc.nat(), (batch, cut, flip) => {
      const bytes = encodePacketBatch(batch);
      expect(parsePacketBatch(bytes.subarray(0, cut % bytes.length))).toBeUndefined();
      bytes[flip % bytes.length] = (bytes[flip % bytes.length] ?? 0) ^ 0xff;
      parsePacketBatch(bytes);
    }),
  );
  expect(parsePacketBatch(new Uint8Array(0))).toBeUndefined();
});

test('numbers that do not fit their fields are refused', () => {
  const packet = { audioSamples: 0, durationSamples: 960, payload: Uint8Array.of(1) };
  const batch = { channels: 1, coveredSamples: 0 } as const;
  const later = { ...packet, audioSamples: 2 ** 33 };
  expect(() => encodePacketBatch({ ...batch, packets: [packet, later] })).toThrow(RangeError);
});
