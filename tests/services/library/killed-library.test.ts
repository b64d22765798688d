import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAnnotations } from '../../../electron/services/library/annotations.ts';
import { EVERYTHING, withLibrary } from '../../support/library.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../../support/session-folder.ts';

/** Runs the program and kills it so long after it said that the work has begun. */
async function killed(root: string, work: 'rebuild' | 'edit', afterMillis: number): Promise<void> {
  const script = join(import.meta.dirname, 'library-child.ts');
  const child = spawn(process.execPath, [script, root, work], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await pause(afterMillis);
  child.kill('SIGKILL');
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
}

describe('a library whose program is killed', () => {
  it('while its catalog is filled from 200 sessions is complete after the next start', () =>
    inTemporaryFolder(async (root) => {
      const library = join(root, 'library');
      mkdirSync(library);
      // Copies of one recording: each needs an id of its own, the most that a folder asks for.
      await writeSession(join(library, 'session 0'), {
        players: ['Marit'],
        spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(10, 1) }],
        endSamples: 9600,
      });
      for (let n = 1; n < 200; n++) {
        cpSync(join(library, 'session 0'), join(library, `session ${n}`), { recursive: true });
      }
      await killed(root, 'rebuild', 0);
      await withLibrary(root, async ({ calls }, ports) => {
        const { rows, total } = await calls.list({ ...EVERYTHING, offset: 0, limit: 500 });
        expect(total).toBe(200);
        expect(new Set(rows.map(({ sessionId }) => sessionId)).size).toBe(200);
        expect(await calls.check({})).toEqual({ differences: [] });
        expect(ports.faults).toEqual([]);
      });
    }));

  it.each([0, 7, 19])('while it writes edits has one of them whole, %i ms on', (afterMillis) =>
    inTemporaryFolder(async (root) => {
      const folder = join(root, 'library', 'one');
      mkdirSync(join(root, 'library'));
      await writeSession(folder, { players: [], spoken: [], endSamples: 0 });
      await killed(root, 'edit', afterMillis);
      const written = parseAnnotations(readFileSync(join(folder, 'annotations.json')))?.annotations;
      const n = /^Take (\d+)$/u.exec(written?.title ?? '')?.[1] ?? '';
      expect(Number(n)).toBeGreaterThanOrEqual(3);
      expect(written?.notes).toBe(n.repeat(2000));
      await withLibrary(root, async ({ calls }) => {
        // The catalog is told last, and was perhaps not told.
        const { rows } = await calls.list({ ...EVERYTHING, offset: 0, limit: 1 });
        expect(rows[0]?.title).toBe(`Take ${n}`);
        expect((await calls.get({ sessionId: SESSION_ID })).notes).toBe(written?.notes);
      });
    }),
  );
});
