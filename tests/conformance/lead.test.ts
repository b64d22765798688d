import { afterAll, expect, test } from 'vitest';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import { FRAME_UNIT_SAMPLES } from '../../shared/time/samples.ts';
import { editOf, ExportFolder, readExported } from '../support/exported-session.ts';

const folder = new ExportFolder();
afterAll(() => {
  folder.remove();
});

/**
 * How much silence precedes the first packet depends on the wall clock at T0. Frames of 2.5, 5 and 10 ms make up what
 * is no multiple of 20 ms, and the places after them have fewer than 80 ms before them, all of which is pre-roll.
 */
test('a file may begin anywhere in the 80 ms before its first packet', async () => {
  const session = await folder.sampleSession(0.2);
  const [file] = await folder.export(session, '25', { players: ['Marit Solheim'] });
  if (file === undefined) throw new Error('nothing was exported');
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  for (let leadSamples = 0; leadSamples <= 34 * FRAME_UNIT_SAMPLES; leadSamples += 80) {
    const outcome = await exportFile({ ...file.plan.item, originSamples: -leadSamples }, options);
    if (outcome.status !== 'done') throw new Error(outcome.reason);
    expect(outcome.verification?.ok).toBe(true);
    const { audio, samples } = await readExported(outcome.path);
    const { startSamples, durationSamples } = editOf(audio);
    expect(durationSamples).toBe(outcome.durationSamples);
    const first = samples.find(({ isFiller }) => !isFiller);
    expect((first?.timeSamples ?? NaN) - startSamples + 312).toBe(leadSamples);
  }
});
