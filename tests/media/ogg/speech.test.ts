import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOggOpus } from '../../../electron/media/ogg/reader.ts';
import speech from '../../../resources/speech/speech.json' with { type: 'json' };
import { OpusDecoder } from '../opus/opus-decoder.ts';

const folder = join(import.meta.dirname, '../../../resources/speech');
const files = new Map(
  speech.speakers.map(({ speaker, file }) => [speaker, readOggOpus(readFileSync(join(folder, file)), file)]),
);
const packetsOf = (speaker: string): readonly Uint8Array[] => files.get(speaker)?.packets ?? [];

test('the sample speech is four people, 30 to 45 s each, in less than 1.2 MB', () => {
  expect(speech.speakers.map(({ name }) => name)).toEqual([
    'Marit Solheim',
    'Tomás Berg',
    'Inês Carvalho',
    'Noor Haddad',
  ]);
  for (const { durationSamples } of files.values()) {
    expect(durationSamples).toBeGreaterThan(30 * 48_000);
    expect(durationSamples).toBeLessThan(45 * 48_000);
  }
  const sizes = speech.speakers.map(({ file }) => statSync(join(folder, file)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_200_000);
});

test.each(speech.speakers.map(({ speaker }) => speaker))(
  'the utterances of %s are the whole file',
  (speaker) => {
    let next = 0;
    for (const utterance of speech.utterances.filter((each) => each.speaker === speaker)) {
      expect(utterance.firstPacket).toBe(next);
      next += utterance.packets;
    }
    // One more packet flushes the encoder.
    expect(packetsOf(speaker).length).toBe(next + 1);
  },
);

test('laid out as a conversation nobody talks over themselves, and some talk over others', () => {
  const freeFrom = new Map<string, number>();
  let endMs = 0;
  let overlaps = 0;
  for (const { speaker, gapMs, packets } of speech.utterances) {
    const startMs = endMs + gapMs;
    expect(startMs).toBeGreaterThanOrEqual(freeFrom.get(speaker) ?? 0);
    if (startMs < endMs) overlaps++;
    endMs = startMs + packets * 20;
    freeFrom.set(speaker, endMs);
  }
  expect(overlaps).toBeGreaterThan(5);
  expect(endMs).toBeGreaterThan(150_000);
});

test.each(speech.speakers.map(({ speaker }) => speaker))(
  'utterances of %s can be cut out: silent at both ends, loud between',
  (speaker) => {
    for (const { firstPacket, packets } of speech.utterances.filter((each) => each.speaker === speaker)) {
      const decoder = new OpusDecoder(1);
      const peaks = packetsOf(speaker)
        .slice(firstPacket, firstPacket + packets)
        .map((packet) => decoder.decode(packet).reduce((max, value) => Math.max(max, Math.abs(value)), 0));
      decoder.close();
      expect(Math.max(...peaks.slice(0, 2), ...peaks.slice(-2))).toBeLessThan(330);
      expect(Math.max(...peaks)).toBeGreaterThan(10_000);
    }
  },
);
