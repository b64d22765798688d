import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Library } from '../../../electron/services/library/library.ts';
import { libraryPorts } from '../../../electron/services/library/system-ports.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { fingerprint } from '../../support/cli.ts';
import { EVERYTHING } from '../../support/library.ts';
import { holdElsewhere } from '../../support/lock-holder.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../../support/session-folder.ts';

const OPEN = {
  players: ['Marit'],
  spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(50, 1) }],
};

it('leaves alone what another program records, recovers it when that one dies, and finds the same each time', () =>
  inTemporaryFolder(async (root) => {
    const faults: unknown[] = [];
    const opened = async <T>(work: (library: Library) => Promise<T>): Promise<T> => {
      const ports = libraryPorts({
        holder: 'the test',
        trash: () => Promise.reject(new AppError('unavailable', 'There is no trash here.')),
        importers: [],
        timecodeDefaults: () => ({ rate: '25', zone: null }),
        onFault: (error) => faults.push(error),
      });
      const library = await Library.open(join(root, 'library'), ports);
      try {
        await library.settled();
        return await work(library);
      } finally {
        await library.close();
      }
    };
    const find = { ...EVERYTHING, offset: 0, limit: 9 };
    const folder = join(root, 'library', 'one');
    mkdirSync(join(root, 'library'));
    await writeSession(folder, OPEN);
    await writeSession(join(root, 'library', 'two'), {
      ...OPEN,
      sessionId: SESSION_ID.replace('019ceed2', '019ceed3'),
      endSamples: 48_000,
    });
    const recorder = await holdElsewhere(folder, 'tailslate record (process 1)');
    const before = fingerprint(folder);
    const rowsOf = ({ calls }: Library) => calls.list(find);
    const first = await opened(async (library) => {
      const { sessionId, states } = await library.calls.get({ sessionId: SESSION_ID });
      expect(states).toEqual(['recording']);
      expect((await library.calls.trash({ sessionIds: [sessionId] })).failed).toMatchObject([
        { trouble: { code: 'locked' } },
      ]);
      expect(library.values.state.value.notices).toEqual([]);
      return rowsOf(library);
    });
    expect(first.total).toBe(2);
    expect(await opened(rowsOf)).toEqual(first);
    expect(fingerprint(folder)).toBe(before);

    recorder.kill('SIGKILL');
    await once(recorder, 'close');
    const recovered = await opened(async (library) => {
      const detail = await library.calls.get({ sessionId: SESSION_ID });
      expect(detail.states).toEqual(['recovered']);
      expect(detail.recovery?.tracks).toMatchObject([{ name: 'Marit', keptPackets: 50, damagedRanges: 0 }]);
      expect(library.values.state.value.notices).toHaveLength(1);
      return rowsOf(library);
    });
    const again = await opened(async (library) => {
      expect(library.values.state.value.notices).toEqual([]);
      return rowsOf(library);
    });
    expect(again).toEqual(recovered);
    expect(faults).toEqual([]);
  }));
