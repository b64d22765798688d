import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type PlannedFile } from '../../electron/services/export-plan.ts';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { framesPerDay, timecodeRate } from '../../shared/time/timecode.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
import { plannedFiles } from '../support/export-choices.ts';

const MINUTE_SAMPLES = 60 * SAMPLE_RATE;

/** Trimmed files of two players, of whom one speaks at once (23:59:12) and the other five minutes later. */
async function acrossMidnight(rate: string): Promise<readonly PlannedFile[]> {
  return inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    await writeSession(session, {
      players: ['Ada', 'Ben'],
      spoken: [
        { track: 0, positionSamples: 0, packets: packetsOf(50, 1) },
        { track: 1, positionSamples: 5 * MINUTE_SAMPLES, packets: packetsOf(50, 2) },
      ],
      endSamples: 6 * MINUTE_SAMPLES,
    });
    return plannedFiles(session, {
      outFolder: folder,
      formats: ['m4a'],
      layout: 'per-player',
      fragmented: false,
      projects: [],
      rate: timecodeRate(rate),
      zone: 'utc',
      offsetFrames: 0,
      align: 'trim',
      existing: 'number',
      verify: true,
    });
  });
}

test.each([
  ['25', 6308, '00:04:12:08'],
  ['29.97df', 7555, '00:04:12;03'],
  ['29.97ndf', 7560, '00:04:12:00'],
  ['59.94df', 15_115, '00:04:12;11'],
])('a trimmed file that begins after midnight begins on a whole sample at %s', async (id, frame, label) => {
  const rate = timecodeRate(id);
  const [before, after] = await acrossMidnight(id);
  if (before === undefined || after === undefined) throw new Error('expected two files');
  expect(after.item.timecode).toMatchObject({ startFrame: frame, label });
  expect((frame * rate.frameDuration * SAMPLE_RATE) % rate.timescale).toBe(0);

  // The labels tell how far apart the files begin, to the sample that rounding a frame may cost.
  const frames = framesPerDay(rate) + frame - before.item.timecode.startFrame;
  const apart = (frames * rate.frameDuration * SAMPLE_RATE) / rate.timescale;
  expect(Math.abs(after.item.originSamples - before.item.originSamples - apart)).toBeLessThan(1);

  // All of the first packet is in the file, and less than two steps of whole frames before it.
  const lead = 5 * MINUTE_SAMPLES - after.item.originSamples;
  expect(lead).toBeGreaterThanOrEqual(0);
  expect(lead).toBeLessThan((2 * rate.wholeFrames * rate.frameDuration * SAMPLE_RATE) / rate.timescale);
});
