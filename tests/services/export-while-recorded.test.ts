import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderLock } from '../../electron/io/folder-lock.ts';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import { exportFolders } from '../../electron/services/folders/export.ts';
import { GrowingSession } from '../support/growing-session.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';
import { ToldClock } from '../support/told-clock.ts';

/** Exports a session to which a second is added, and which is then closed, while its files are made. */
async function exported(folder: string, ending: 'before the files' | 'between them') {
  const path = join(folder, 's');
  const session = await GrowingSession.begin(path);
  const lock = await FolderLock.acquire(path, 'the studio');
  let files = 0;
  return exportFolders(
    {
      selection: [{ folder: path, players: [], mixPlaces: [] }],
      choices: {
        formats: ['bwf', 'ogg', 'mix'],
        layout: 'per-player',
        fragmented: false,
        projects: ['otio'],
        rate: '25',
        zone: 'utc',
        fixedStart: '00:00:00:00',
        offsetFrames: 0,
        align: 'session',
        nameTemplate: '{player}',
        existing: 'number',
        pcm: 's16',
        verify: true,
      },
      outFolder: join(folder, 'out'),
      jobs: 1,
    },
    {
      clock: new ToldClock(),
      startPool: () =>
        Promise.resolve({
          run: async (item, options) => {
            files++;
            const last = ending === 'before the files' ? 1 : 3;
            if (files <= last) await session.grow();
            if (files === last) {
              await session.end();
              await lock.release();
            }
            return exportFile(item, options);
          },
          close: () => Promise.resolve(),
        }),
    },
    { signal: new AbortController().signal, onProgress: () => undefined, onWait: () => undefined },
  );
}

test.each(['before the files', 'between them'] as const)(
  'files of an export at the terminal share one end, though the session grows and is closed %s',
  (ending) =>
    inTemporaryFolder(async (folder) => {
      const { files, projects, recorded } = await exported(folder, ending);
      expect(recorded).toEqual([{ folder: join(folder, 's'), by: 'the studio' }]);
      const ends = [...files, ...projects].map((file) => 'outcome' in file && file.outcome);
      expect(ends).toHaveLength(6);
      for (const end of ends) expect(end).toMatchObject({ status: 'done', durationSamples: 48_000 });
    }),
);
