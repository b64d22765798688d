import { fstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type * as directIo from '../../../electron/io/direct-io.ts';
import { findUnfinished } from '../../../electron/services/recovery/find-unfinished.ts';
import { recoverSession, type RecoveryReport } from '../../../electron/services/recovery/recover-session.ts';
import { fingerprint } from '../../support/cli.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../../support/session-folder.ts';

/** The file that lies on a bad sector, and where the sector begins. */
const bad = vi.hoisted(() => ({ inode: undefined as number | undefined, fromByte: 0 }));

vi.mock('../../../electron/io/direct-io.ts', async (original) => {
  const real = await original<typeof directIo>();
  const readAt: typeof real.readAt = (fd, buffer, positionBytes) => {
    if (positionBytes + buffer.length > bad.fromByte && fstatSync(fd).ino === bad.inode)
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
    return real.readAt(fd, buffer, positionBytes);
  };
  return { ...real, readAt };
});

afterEach(() => {
  bad.inode = undefined;
});

const NOBODY = () => Promise.resolve(undefined);

async function reportOf(folder: string): Promise<RecoveryReport> {
  const { report } = await recoverSession(folder, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    isHeld: NOBODY,
    nowUnixMicros: () => 1_800_000_000_000_000,
  });
  return report;
}

/** Three sessions that nobody ended, the log of the second on a bad sector from this byte on. */
async function aLibraryOn(fromByte: number, work: (at: (name: string) => string) => Promise<void>) {
  await inTemporaryFolder(async (library) => {
    const at = (name: string): string => join(library, name);
    for (const name of ['a', 'b', 'c']) {
      const spoken = [{ track: 0, positionSamples: 0, packets: packetsOf(3000, 0) }];
      await writeSession(at(name), { players: ['Ada'], spoken });
    }
    const before = fingerprint(library);
    bad.inode = statSync(join(at('b'), 'log', '000001.tsl')).ino;
    bad.fromByte = fromByte;
    await work(at);
    expect(fingerprint(library)).toBe(before);
  });
}

/** What a person is told of it. */
const TOLD = {
  code: 'unreadable',
  message: expect.stringMatching(/000001\.tsl.*the disk reported an error/u) as string,
  next: 'Copy what is there to another disk and check this one.',
};

test('a session on a bad sector fails with the file and what to do, and can be recovered once it reads again', () =>
  aLibraryOn(200_000, async (at) => {
    await expect(reportOf(at('b'))).rejects.toMatchObject(TOLD);
    for (const name of ['a', 'c'])
      expect((await reportOf(at(name))).tracks).toMatchObject([{ keptPackets: 3000 }]);
    bad.inode = undefined;
    expect((await reportOf(at('b'))).tracks).toMatchObject([{ keptPackets: 3000 }]);
  }));

test('one whose beginning cannot be read is told of by itself, and the others are found', () =>
  aLibraryOn(0, async (at) => {
    const { sessions, unreadable, held } = await findUnfinished(at(''), NOBODY);
    expect(sessions.map(({ folder }) => folder)).toEqual([at('a'), at('c')]);
    expect(unreadable).toMatchObject([{ folder: at('b'), error: TOLD }]);
    expect(held).toEqual([]);
  }));
