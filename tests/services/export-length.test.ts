import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ExportChoices } from '../../electron/services/export-plan.ts';
import { AppError } from '../../shared/model/errors.ts';
import { timecodeRate } from '../../shared/time/timecode.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
import { plannedFiles } from '../support/export-choices.ts';

const DAY_SAMPLES = 24 * 3600 * 48_000;

test('a file of more than a week is refused with its length; players within it can still be exported', async () => {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    await writeSession(session, {
      players: ['Ada', 'Ben'],
      spoken: [
        { track: 0, positionSamples: 0, packets: packetsOf(50, 1) },
        { track: 1, positionSamples: 8 * DAY_SAMPLES, packets: packetsOf(50, 2) },
      ],
      endSamples: 8 * DAY_SAMPLES + 48_000,
    });
    const choices: ExportChoices = {
      outFolder: folder,
      formats: ['m4a'],
      layout: 'per-player',
      fragmented: false,
      projects: [],
      rate: timecodeRate('25'),
      zone: 'utc',
      offsetFrames: 0,
      align: 'session',
      existing: 'number',
      verify: true,
    };
    const refused: unknown = await plannedFiles(session, choices).catch((error: unknown) => error);
    if (!(refused instanceof AppError)) throw new Error('it was not refused');
    expect(refused.code).toBe('unsupported');
    expect(refused.message).toMatch(/"Ada" from .*session would be 192 hours long; 168 hours are the most/u);
    expect(refused.next).toContain('--align trim');
    const trimmed = await plannedFiles(session, { ...choices, align: 'trim' }, ['Ada']);
    expect(trimmed.map(({ item }) => item.endSamples)).toEqual([48_000]);
  });
});
