import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
import { WholeApp } from '../support/whole-app.ts';

const PLAYERS = ['Ada', 'Ben', 'Cleo', 'Dov', 'Eve', 'Finn', 'Gil', 'Hana'];
/** Long enough that the files after the first two are not made before the kill arrives. */
const PACKETS = 60_000;

test('a batch whose program is killed is finished by the next one, with nothing half-written left', async () => {
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
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    const left = readdirSync(out);
    expect(left.filter((name) => name.endsWith('.m4a')).length).toBeLessThan(PLAYERS.length);

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
}, 60_000);
