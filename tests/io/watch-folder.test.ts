import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { watchFolder } from '../../electron/io/watch-folder.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';
import { spawned } from '../support/cli.ts';

describe('watching a folder', () => {
  test('tells of names that come and go, and of nothing once it ended', () =>
    inTemporaryFolder(async (folder) => {
      const names: (string | null)[] = [];
      const end = watchFolder(folder, (name) => names.push(name));
      mkdirSync(join(folder, 'one'));
      await expect.poll(() => names).toContain('one');
      end();
      names.length = 0;
      const endOther = watchFolder(folder, (name) => names.push(`other ${String(name)}`));
      rmSync(join(folder, 'one'), { recursive: true });
      await expect.poll(() => names).toContain('other one');
      endOther();
      expect(names.every((name) => name?.startsWith('other'))).toBe(true);
    }));

  test('looks at the time of the folder where the system tells nothing', () =>
    inTemporaryFolder(async (folder) => {
      let changes = 0;
      const end = watchFolder(
        folder,
        () => changes++,
        () => {
          throw new Error('ENOSPC: System limit for number of file watchers reached');
        },
      );
      // What comes before the first look is part of it.
      await expect
        .poll(() => {
          mkdirSync(join(folder, 'one'), { recursive: true });
          rmSync(join(folder, 'one'), { recursive: true });
          return changes;
        })
        .toBeGreaterThan(0);
      end();
    }));

  test('keeps no program running, neither way', async () => {
    const module = new URL('../../electron/io/watch-folder.ts', import.meta.url).href;
    const program = `const { watchFolder } = await import(${JSON.stringify(module)});
      watchFolder(process.cwd(), () => undefined);
      watchFolder(process.cwd(), () => undefined, () => { throw new Error('no'); });`;
    const run = await spawned(process.execPath, ['--input-type=module', '-e', program]);
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
