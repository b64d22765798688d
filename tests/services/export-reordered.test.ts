import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyFile } from '../../electron/services/verify-file.ts';
import { ExportFolder } from '../support/exported-session.ts';
import { packetsOf, writeSession } from '../support/session-folder.ts';

test('a sealed log whose packets are not in order, or twice, is exported and verified all the same', async () => {
  const folder = new ExportFolder();
  try {
    const session = join(folder.path, 'session');
    await writeSession(session, {
      players: ['Ada'],
      spoken: [
        { track: 0, positionSamples: 9600, packets: packetsOf(5, 1) },
        { track: 0, positionSamples: 0, packets: packetsOf(10, 2) },
        { track: 0, positionSamples: 9600, packets: packetsOf(5, 1) },
      ],
      endSamples: 14_400,
    });
    for (const { outcome } of await folder.export(session, '25', { choices: { formats: ['m4a', 'ogg'] } })) {
      expect(outcome.packets).toBe(15);
      const report = await verifyFile(outcome.path, session, {
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
      expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    }
  } finally {
    folder.remove();
  }
});
