import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchFolder } from '../../../electron/io/watch-folder.ts';
import { after } from '../../../electron/io/clock.ts';
import { EVERYTHING, TestPorts, withLibrary } from '../../support/library.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../../support/session-folder.ts';

const CLOSED = {
  players: ['Marit'],
  spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(10, 1) }],
  endSamples: 9600,
};

/** After each look, until lists may ask for the next; nothing happens when it is over. */
const LISTS_AGAIN_MILLIS = 3000;

/** The system's own watch and timers. */
class RealTime extends TestPorts {
  override readonly timers = { after };
  override watch = watchFolder;
}

describe('a library that nobody asks', () => {
  it('tells of a session that came, and of one that went', () =>
    inTemporaryFolder(async (root) => {
      const ports = new RealTime();
      await withLibrary(
        root,
        async ({ values }) => {
          await writeSession(join(root, 'made'), CLOSED);
          renameSync(join(root, 'made'), join(root, 'library', 'one'));
          await expect.poll(() => values.state.value.sessions).toBe(1);
          let told = 0;
          const end = values.state.watch(() => told++);
          const before = told;
          rmSync(join(root, 'library', 'one'), { recursive: true });
          await expect.poll(() => told).toBeGreaterThan(before);
          end();
        },
        ports,
      );
      expect(ports.faults).toEqual([]);
    }));

  it('looks once for many changes, again at what may become a session, and then rests', () =>
    inTemporaryFolder((root) =>
      withLibrary(root, async (library, ports) => {
        ports.elapse();
        const changed = ports.watched.get(join(root, 'library'));
        const elapse = async (): Promise<void> => {
          ports.elapse();
          await library.settled();
        };
        changed?.('.tailslate');
        expect(ports.pendingMillis()).toEqual([]);
        mkdirSync(join(root, 'library', 'half'));
        for (let n = 0; n < 50; n++) changed?.('half');
        expect(ports.pendingMillis()).toEqual([500]);
        await elapse();
        expect(library.values.state.value.sessions).toBe(0);
        await writeSession(join(root, 'made'), CLOSED);
        for (const name of readdirSync(join(root, 'made'))) {
          renameSync(join(root, 'made', name), join(root, 'library', 'half', name));
        }
        await elapse();
        expect(library.values.state.value.sessions).toBe(1);
        for (let looks = 0; looks < 5; looks++) await elapse();
        expect(ports.pendingMillis()).toEqual([LISTS_AGAIN_MILLIS]);
        expect(ports.faults).toEqual([]);
      }),
    ));

  it('shows its sessions as missing when the disk is taken out', () =>
    inTemporaryFolder(async (root) => {
      mkdirSync(join(root, 'library'));
      await writeSession(join(root, 'library', 'one'), CLOSED);
      await withLibrary(root, async (library, ports) => {
        renameSync(join(root, 'library'), join(root, 'unplugged'));
        ports.watched.get(join(root, 'library'))?.('library');
        ports.elapse();
        await library.settled();
        const find = { ...EVERYTHING, offset: 0, limit: 1 };
        expect((await library.calls.list(find)).rows[0]?.states).toEqual(['missing']);
        renameSync(join(root, 'unplugged'), join(root, 'library'));
        await library.refresh();
        expect((await library.calls.list(find)).rows[0]?.states).toEqual([]);
      });
    }));
});
