import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogFile } from '../../../electron/io/log-file/log-file.ts';
import { parseManifest } from '../../../electron/media/log/manifest.ts';
import { type Fault, FaultyFiles } from '../../support/faulty-files.ts';
import { trackInfo } from '../../media/log/sample.ts';
import { LONG } from '../../support/long.ts';
import { Random } from '../../support/random.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import {
  appendSlot,
  manifestOf,
  openLog,
  PACKET_SAMPLES,
  scanFiles,
  SESSION_FOLDER,
  slotsIn,
} from './recording.ts';

const TRACKS = 3;

/** What a recorder may do, in any order. */
type Step =
  | { readonly do: 'packets'; readonly slots: number; readonly millis: number }
  | { readonly do: 'wait'; readonly millis: number }
  | { readonly do: 'marker' | 'manifest' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('packets' as const),
      slots: fc.integer({ min: 1, max: 12 }),
      millis: fc.constantFrom(0, 20, 45),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), millis: fc.integer({ min: 1, max: 900 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('marker' as const, 'manifest' as const) }) },
);

/** What meets one call; most go well. */
const fault: fc.Arbitrary<Fault | undefined> = fc.oneof(
  { weight: 30, arbitrary: fc.constant(undefined) },
  { weight: 6, arbitrary: fc.record({ delayMillis: fc.integer({ min: 1, max: 700 }) }) },
  { weight: 6, arbitrary: fc.record({ mostBytes: fc.integer({ min: 1, max: 300 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      code: fc.constantFrom('EIO', 'ENOSPC', 'ESTALE'),
      delayMillis: fc.integer({ min: 0, max: 50 }),
    }),
  },
);

const schedule = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
  /** Met in turn by the calls after the log exists; beyond the list all goes well. */
  faults: fc.array(fault, { maxLength: 120 }),
  roomBytes: fc.option(fc.integer({ min: 2000, max: 20_000 }), { nil: Infinity, freq: 3 }),
  durabilityMillis: fc.constantFrom(250 as const, 500 as const, 1000 as const),
  segmentBytes: fc.constantFrom(600, 2000, 1 << 20),
  ends: fc.constantFrom('cut' as const, 'close' as const, 'end' as const),
  seed: fc.integer(),
});

/** All that was acknowledged is in what a power cut leaves, and what is there is what was appended, once. */
function expectAcknowledged(files: FaultyFiles, log: LogFile, random: Random): void {
  const { durableSamples } = log.state;
  const left = files.afterPowerCut(random);
  const found = slotsIn(left);
  for (const [track, endSamples] of durableSamples) {
    // Dropped packets and refused ones were never acknowledged as such: the test appends without gaps until it is refused.
    for (let slot = 0; slot * PACKET_SAMPLES < endSamples; slot++) {
      if (found.get(track)?.has(slot) !== true)
        throw new Error(`track ${track}: acknowledged slot ${slot} is lost`);
    }
  }
  const { manifest, findings } = parseManifest(left.get(`${SESSION_FOLDER}/session.json`));
  expect(findings).toEqual([]);
  const described = scanFiles(left).tracks;
  for (const { id } of manifest?.tracks ?? []) expect(described.get(id)?.assumed).toBe(false);
}

test('whatever a disk does, a power cut at any step costs nothing that was acknowledged', async () => {
  let [acknowledged, failed, ended] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(
      schedule,
      async ({ steps, faults, roomBytes, durabilityMillis, segmentBytes, ends, seed }) => {
        const random = new Random(seed);
        const clock = new SimulatedClock();
        const coming: (Fault | undefined)[] = [];
        const files = new FaultyFiles({ clock, roomBytes, fault: () => coming.shift() });
        const { log } = await clock.until(
          openLog({ files, clock, durabilityMillis, segmentBytes, tracks: TRACKS }),
        );
        coming.push(...faults);
        let slot = 0;
        let refused = false;
        for (const next of steps) {
          if (next.do === 'packets') {
            for (let i = 0; i < next.slots && !refused; i++) {
              for (let track = 0; track < TRACKS; track++) refused = !appendSlot(log, track, slot) || refused;
              slot++;
              await clock.advance(next.millis);
            }
          } else if (next.do === 'wait') {
            await clock.advance(next.millis);
          } else if (next.do === 'marker') {
            log.marker({ positionSamples: slot * PACKET_SAMPLES, kind: 'slate', name: 'take' });
          } else {
            log.track(slot * PACKET_SAMPLES, trackInfo(TRACKS));
            void log.replaceManifest(manifestOf(TRACKS + 1)).catch(() => undefined);
          }
          expectAcknowledged(files, log, random);
        }
        if (ends === 'close') await clock.until(log.close());
        const endSamples = slot * PACKET_SAMPLES;
        if (ends === 'end') {
          const isWhole = await clock.until(
            log.end(endSamples, manifestOf(TRACKS, endSamples)).then(
              () => true,
              () => false,
            ),
          );
          if (isWhole && log.state.failure === undefined) {
            ended++;
            const left = scanFiles(files.afterPowerCut(random));
            expect([left.endSamples, left.findings.kept]).toEqual([endSamples, []]);
          }
        }
        expectAcknowledged(files, log, random);
        if (ends !== 'cut')
          expect([files.openHandles, files.isLocked(SESSION_FOLDER), clock.pendingTimers]).toEqual([
            0,
            false,
            0,
          ]);
        acknowledged += [...log.state.durableSamples.values()].reduce(
          (sum, samples) => sum + samples / PACKET_SAMPLES,
          0,
        );
        if (log.state.failure !== undefined) failed++;
      },
    ),
    { seed: 7, numRuns: LONG ? 4000 : 400 },
  );
  // Otherwise nothing was tried.
  expect(acknowledged).toBeGreaterThan(2000);
  expect(failed).toBeGreaterThan(20);
  expect(ended).toBeGreaterThan(20);
}, 600_000);
