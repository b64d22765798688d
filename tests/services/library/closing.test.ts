import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Library } from '../../../electron/services/library/library.ts';
import { EVERYTHING, TestPorts, withLibrary } from '../../support/library.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../../support/session-folder.ts';

const SESSIONS = 12;
const PAGE = { ...EVERYTHING, offset: 0, limit: 50 };

function sessionId(n: number): string {
  return `019ceed2-3b19-7000-8000-5eed0000${n.toString(16).padStart(4, '0')}`;
}

async function inFilledLibrary(
  work: (library: Library, ports: TestPorts, root: string) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (root) => {
    mkdirSync(join(root, 'library'));
    for (let n = 0; n < SESSIONS; n++) {
      await writeSession(join(root, 'library', String(n)), {
        sessionId: sessionId(n),
        players: ['Marit'],
        spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(200, n) }],
        endSamples: 192_000,
      });
    }
    const ports = new TestPorts();
    const library = await Library.open(join(root, 'library'), ports);
    await library.settled();
    await work(library, ports, root);
  });
}

test('closing stops a rebuild under way, and the next start goes on with it', () =>
  inFilledLibrary(async (library, ports, root) => {
    let [most, closed] = [0, Promise.resolve()];
    const end = library.values.state.watch(({ value: { task } }) => {
      if (task?.kind !== 'rebuilding') return;
      most = Math.max(most, task.done);
      if (task.done === 2) closed = library.close();
    });
    await expect(library.calls.rebuild({})).rejects.toMatchObject({ code: 'unavailable' });
    await closed;
    end();
    expect(most).toBeLessThan(SESSIONS - 1);
    expect(ports.faults).toEqual([]);
    await withLibrary(
      root,
      async ({ calls }) => expect((await calls.list(PAGE)).total).toBe(SESSIONS),
      ports,
    );
  }));

test('closing stops a reading of logs, and still writes down what was asked for before', () =>
  inFilledLibrary(async (library, ports, root) => {
    const read = library.calls.verifyLogs({ sessionId: sessionId(0) });
    const edited = library.calls.edit({ sessionId: sessionId(1), title: 'Kept' });
    const closed = library.close();
    await expect(read).rejects.toMatchObject({ code: 'unavailable' });
    expect((await edited).title).toBe('Kept');
    await closed;
    await expect(library.calls.edit({ sessionId: sessionId(1), title: 'Late' })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(ports.faults).toEqual([]);
    await withLibrary(
      root,
      async ({ calls }) => expect((await calls.get({ sessionId: sessionId(1) })).title).toBe('Kept'),
      ports,
    );
  }));
