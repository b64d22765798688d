import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
import { tailslate } from '../support/cli.ts';

test('packets left out are named, and the exit code says so', async () => {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    await writeSession(session, {
      players: ['Ada'],
      spoken: [
        { track: 0, positionSamples: 0, packets: packetsOf(200, 1) },
        { track: 0, positionSamples: 100 * 960 + 480, packets: packetsOf(10, 2) },
      ],
      endSamples: 5 * 48_000,
    });
    const { code, stderr } = await tailslate(['export', session, '--out', join(folder, 'out')]);
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(
      'Ada: 10 packets (0:00.2) began before the one before had ended and were left out.',
    );
  });
});
