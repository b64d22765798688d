import { createHash } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { editOf, ExportFolder, readExported, ROUNDTABLE } from '../support/exported-session.ts';
import { roundtableFacts, roundtableStamps } from './roundtable-stamps.ts';

/** What an editor may be off by before lips and voice part: half of the shortest frame at 60 is 8.3 ms. */
const TOLERANCE_SAMPLES = 8 * SAMPLES_PER_MS;

const folder = new ExportFolder();
afterAll(() => {
  folder.remove();
});

test.each(['25', '29.97df'] as const)('every packet lies within 8 ms of its stamp at %s', async (rate) => {
  const stamps = roundtableStamps();
  const facts = roundtableFacts();
  const files = await folder.export(ROUNDTABLE, rate);
  expect(files.map(({ outcome }) => outcome.player)).toEqual(['Alice Smith', 'Al', 'Bøb 🎧', 'dj-IV_2']);
  for (const { plan, outcome } of files) {
    const { audio, movie, samples } = await readExported(outcome.path);
    expect(movie.findings).toEqual([]);
    const own = stamps.get(outcome.player) ?? [];
    const recorded = samples.filter(({ isFiller }) => !isFiller);
    expect(recorded).toHaveLength(own.length);

    // Decoder output lags its input by the pre-skip: what went into a packet is heard that much after its start.
    const shift = plan.item.originSamples - editOf(audio).startSamples + (audio.opus?.preSkipSamples ?? 0);
    let previous: { endSamples: number; stamp: number } | undefined;
    for (const [index, { timeSamples, durationSamples }] of recorded.entries()) {
      const stamp = own[index] ?? NaN;
      const position = timeSamples + shift;
      expect(Math.abs(position - stamp)).toBeLessThanOrEqual(TOLERANCE_SAMPLES);
      if (previous !== undefined) {
        // Senders of this fixture jitter by 6 ms: packets of 20 ms that arrive within 32 ms belong together.
        const isContiguous = stamp - previous.stamp <= 32 * SAMPLES_PER_MS;
        if (isContiguous) expect(position).toBe(previous.endSamples);
        else expect(position).toBeGreaterThan(previous.endSamples);
      }
      previous = { endSamples: position + durationSamples, stamp };
    }

    const payload = createHash('sha256');
    for (const { bytes } of recorded) payload.update(bytes);
    const sha256 = payload.digest('hex');
    expect(sha256).toBe(facts[outcome.player]?.sha256_of_packets_in_time_order);
    expect(outcome.packetsSha256).toBe(sha256);
    expect(recorded).toHaveLength(facts[outcome.player]?.packets ?? -1);
  }
  // All files begin at the same instant, under the same label, and end together.
  for (const key of ['originSamples', 'endSamples'] as const) {
    expect(new Set(files.map(({ plan }) => plan.item[key])).size).toBe(1);
  }
  expect(new Set(files.map(({ outcome }) => outcome.durationSamples)).size).toBe(1);
  expect(new Set(files.map(({ outcome }) => outcome.timecode)).size).toBe(1);
});
