import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { documentOf, tailslate } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true }));

/** A copy of one session, exported from a folder of its own in every format that has a start. */
async function exported(name: string, session: string): Promise<ReadonlyMap<string, Buffer>> {
  const folder = join(root, name);
  mkdirSync(folder);
  const formats = ['m4a', 'bwf', 'ogg'].flatMap((format) => ['--format', format]);
  const args = ['export', session, '--out', 'files', '--zone', 'utc', '--json', ...formats];
  const run = await tailslate(args, { cwd: folder });
  expect(documentOf(run).files?.map(({ status }) => status)).not.toContain('failed');
  const files = join(folder, 'files');
  return new Map(
    readdirSync(files, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.\w+$/u.test(path))
      .map((path) => [path, readFileSync(join(files, path))]),
  );
}

test('a session exported from two folders of different names gives the same bytes', async () => {
  const session = join(root, 'session');
  expect((await tailslate(['sample', session, '--players', '2', '--minutes', '1'])).code).toBe(0);
  const once = await exported('here', session);
  const again = await exported('and somewhere else', session);
  expect(once.size).toBe(6);
  expect([...again.keys()]).toEqual([...once.keys()]);
  for (const [path, bytes] of once) expect(again.get(path)?.equals(bytes), path).toBe(true);
});
