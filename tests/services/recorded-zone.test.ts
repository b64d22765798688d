import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportChoices, plannedFiles } from '../support/export-choices.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

test('the timecode shows the clock of where the session was recorded, unless a zone is asked for', async () => {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    await writeSession(session, {
      players: ['Ada'],
      zone: 'Asia/Tokyo',
      spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(5, 1) }],
      endSamples: 48_000,
    });
    const label = async (zone?: string): Promise<string | undefined> => {
      const [file] = await plannedFiles(session, exportChoices(join(folder, 'out'), { zone }));
      return file?.item.timecode.label;
    };
    expect(await label()).toBe('08:59:12:08');
    expect(await label('utc')).toBe('23:59:12:08');
  });
});
