import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ExportPool } from '../../electron/workers/export-pool.ts';
import { type ExportedFile, ExportFolder, ROUNDTABLE } from '../support/exported-session.ts';

const folder = new ExportFolder();
afterAll(() => {
  folder.remove();
});

function contents(files: readonly ExportedFile[]): ReadonlyMap<string, Buffer> {
  return new Map(files.map(({ outcome: { path } }) => [basename(path), readFileSync(path)]));
}

test('the same session gives the same bytes again, on this thread and on workers', async () => {
  const sample = await folder.sampleSession(0.4);
  const pool = new ExportPool(2);
  try {
    for (const session of [ROUNDTABLE, sample]) {
      const once = contents(await folder.export(session, '29.97df'));
      const again = contents(await folder.export(session, '29.97df'));
      const onWorkers = contents(
        await folder.export(session, '29.97df', { jobs: 2, run: (...args) => pool.run(...args) }),
      );
      expect(once.size).toBe(4);
      expect([...again.keys(), ...onWorkers.keys()]).toEqual([...once.keys(), ...once.keys()]);
      for (const [name, bytes] of once) {
        expect(again.get(name)?.equals(bytes)).toBe(true);
        expect(onWorkers.get(name)?.equals(bytes)).toBe(true);
      }
    }
  } finally {
    await pool.close();
  }
});
