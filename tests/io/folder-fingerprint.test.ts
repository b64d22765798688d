import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../electron/io/folder-fingerprint.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';

const all = (): boolean => true;

describe('what the files of a folder come to', () => {
  test('changes with a file, also one in a folder', async () => {
    await inTemporaryFolder(async (folder) => {
      mkdirSync(join(folder, 'log'));
      writeFileSync(join(folder, 'log', 'a'), '123');
      const before = await fingerprintOf(folder, (name) => name === 'log/a');
      expect(before.sizeBytes).toBe(3);
      appendFileSync(join(folder, 'log', 'a'), '4');
      const after = await fingerprintOf(folder, (name) => name === 'log/a');
      expect(after.sizeBytes).toBe(4);
      expect(after.fingerprint).not.toBe(before.fingerprint);
    });
  });

  test('links are passed over, wherever they lead', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 'session');
      mkdirSync(session);
      writeFileSync(join(folder, 'outside'), 'not of the session');
      writeFileSync(join(session, 'inside'), '1234');
      const before = await fingerprintOf(session, all);
      symlinkSync('..', join(session, 'round'));
      symlinkSync(join(folder, 'outside'), join(session, 'link'));
      expect(await fingerprintOf(session, all)).toEqual(before);
    });
  });
});
