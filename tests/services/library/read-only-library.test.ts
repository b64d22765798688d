import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../support/cli.ts';
import { EVERYTHING, withLibrary } from '../../support/library.ts';
import { mountRefusal, nodeOn, READ_ONLY } from '../../support/mounts.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../../support/session-folder.ts';

const CLOSED = {
  players: ['Marit'],
  spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(50, 1) }],
  endSamples: 48_000,
};
const REFUSED = { code: 'unwritable', message: 'Changes to "Test session" cannot be kept.' };

describe('a library that takes no files', () => {
  const refusal = mountRefusal();

  it.for(['new', 'used before'])(
    'is listed, exported from and not changed on a read-only disk, %s',
    async (state, { skip }) => {
      skip(refusal !== undefined, refusal);
      await inTemporaryFolder(async (root) => {
        const library = join(root, 'library');
        mkdirSync(library);
        await writeSession(join(library, 'one'), CLOSED);
        if (state === 'used before') await withLibrary(root, ({ calls }) => calls.storage({}));
        const before = fingerprint(library);
        const script = join(import.meta.dirname, 'read-only-child.ts');
        const run = await nodeOn(library, READ_ONLY, [script, '.', join(root, 'user'), join(root, 'out')]);
        expect(run.code, run.stderr).toBe(0);
        expect(JSON.parse(run.stderr)).toMatchObject({
          titles: ['Test session'],
          edit: { ...REFUSED, next: expect.stringContaining('Copy the session') as string },
          rebuilt: { sessions: 1, refused: [] },
          items: ['done'],
          exported: ['exported'],
          faults: [],
          notices: [expect.stringMatching(/cannot be written to: its list is made anew each time/u)],
        });
        expect(readdirSync(join(root, 'out'), { recursive: true }).join()).toContain('.m4a');
        expect(fingerprint(library)).toBe(before);
      });
    },
  );

  it('says so where permission is denied', ({ skip }) => {
    skip(process.getuid?.() === 0, 'permissions do not bind root');
    skip(process.platform === 'win32', 'Windows has no such permissions of folders');
    return inTemporaryFolder(async (root) => {
      const library = join(root, 'library');
      mkdirSync(library);
      await writeSession(join(library, 'one'), CLOSED);
      chmodSync(library, 0o555);
      try {
        await withLibrary(root, async ({ calls, values }) => {
          expect((await calls.list({ ...EVERYTHING, offset: 0, limit: 1 })).total).toBe(1);
          expect(values.state.value.notices[0]?.notice.kind).toMatch(/read-only$/u);
          await expect(calls.edit({ sessionId: SESSION_ID, title: 'Another' })).rejects.toMatchObject(
            REFUSED,
          );
        });
      } finally {
        chmodSync(library, 0o755);
      }
    });
  });
});
