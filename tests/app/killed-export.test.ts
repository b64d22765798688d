import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
import { stoppedAt } from '../support/stopped-at.ts';
import { WholeApp } from '../support/whole-app.ts';

const PLAYERS = ['Ada', 'Ben', 'Cleo', 'Dov', 'Eve', 'Finn', 'Gil', 'Hana'];
const PACKETS = 3000;

test.each([
  ['begins its first file', /1_Ada.*\.part$/u],
  ['begins a later one', /5_Eve.*\.part$/u],
  ['has just named one', /5_Eve.*\.m4a$/u],
  ['has named the last', /8_Hana.*\.m4a$/u],
])(
  'a batch whose program is killed as it %s is finished by the next one, with nothing half left',
  async (_, at) => {
    await inTemporaryFolder(async (folder) => {
      const [library, user, out, take] = ['library', 'user', 'out', 'take'].map((name) =>
        join(folder, name),
      ) as [string, string, string, string];
      await writeSession(take, {
        players: PLAYERS,
        spoken: PLAYERS.map((_, track) => ({
          track,
          positionSamples: 0,
          packets: packetsOf(PACKETS, track, 120),
        })),
        endSamples: PACKETS * 960,
      });
      const script = join(import.meta.dirname, 'exporting-child.ts');
      const child = spawn(process.execPath, [script, library, user, out, take], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, ...stoppedAt(at, 'SIGKILL', join(folder, 'stopped')) },
      });
      expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
      const left = readdirSync(out);
      expect(left.some((name) => at.test(name))).toBe(true);

      const app = await WholeApp.open(library, user);
      const { batches } = await app.until('exports.queue', (queue) =>
        queue.batches.every(({ finishedUnixMicros }) => finishedUnixMicros !== null),
      );
      expect(batches.flatMap(({ items }) => items.map(({ state }) => state))).toEqual(
        PLAYERS.map(() => 'done'),
      );
      const files = readdirSync(out).sort();
      expect(files.filter((name) => name.endsWith('.part'))).toEqual([]);
      const paths = batches[0]?.items.map(({ result }) => result?.path.slice(out.length + 1)).sort();
      // A file whose last word was lost with the program is made once more, under the next number.
      expect(files.filter((name) => !/ \(2\)\.m4a$/u.test(name))).toHaveLength(PLAYERS.length);
      expect(files).toEqual(expect.arrayContaining(paths ?? []));
      await app.close();
    });
  },
);
