import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faultLog, withoutPersonalData } from '../../electron/io/fault-log.ts';
import { FolderLock } from '../../electron/io/folder-lock.ts';
import { type Diagnosis, diagnose, diagnosisText } from '../../electron/services/diagnose.ts';
import { documentOf, fingerprint, tailslate } from '../support/cli.ts';
import { withLibrary } from '../support/library.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let root: string;
beforeEach(() => (root = temporaryFolder()));
afterEach(() => rmSync(root, { recursive: true }));

const folders = () => ({ libraryFolder: join(root, 'library'), userDataFolder: join(root, 'settings') });
const named = ({ parts }: Diagnosis, name: string) => parts.find((part) => part.name === name);

describe('a diagnosis', () => {
  test('of a machine on which nothing was begun says so, and makes nothing', async () => {
    const diagnosis = await diagnose(folders());
    expect(diagnosis).toMatchObject({ ok: true, faults: [] });
    expect(named(diagnosis, 'library')?.detail).toMatch(/^\.\.\.\/library, not made yet; free .* GB$/u);
    expect(named(diagnosis, 'catalog')).toMatchObject({ ok: true, detail: 'not made yet' });
    expect(named(diagnosis, 'sqlite')?.detail).toMatch(/^3\./u);
    expect(fingerprint(root)).toBe('');
    expect(diagnosisText(diagnosis)).toContain('No faults were noted.');
  });

  test('looks at a library, open or closed, and changes nothing', async () => {
    await withLibrary(root, async () => {
      expect(named(await diagnose(folders()), 'catalog')?.detail).toMatch(
        /^whole, version (\d+) of \1, 0 sessions?$/u,
      );
    });
    const before = fingerprint(root);
    const lock = await FolderLock.acquire(join(root, 'library', '.tailslate'), 'a test');
    expect(named(await diagnose(folders()), 'library in use')?.detail).toBe('yes, by a test');
    await lock.release();
    const diagnosis = await diagnose(folders());
    expect(named(diagnosis, 'library in use')?.detail).toBe('no');
    expect(named(diagnosis, 'catalog')?.ok).toBe(true);
    const catalogLines = (text: string) => text.split('\n').filter((line) => line.includes('catalog.db '));
    expect(catalogLines(fingerprint(root))).toEqual(catalogLines(before));
  });

  test('tells of a catalog that is none, without its path', async () => {
    mkdirSync(join(root, 'library', '.tailslate'), { recursive: true });
    writeFileSync(join(root, 'library', '.tailslate', 'catalog.db'), 'no database at all, '.repeat(400));
    const diagnosis = await diagnose(folders());
    expect(named(diagnosis, 'catalog')).toMatchObject({ ok: false });
    expect(named(diagnosis, 'catalog')?.detail).toContain('It can be rebuilt from the session folders.');
    expect(diagnosis.ok).toBe(true);
    expect(diagnosisText(diagnosis)).not.toContain(root);
  });

  test('ends with the last faults, and names nobody and nothing', async () => {
    mkdirSync(join(root, 'settings'));
    const log = faultLog(join(root, 'settings'));
    for (let at = 0; at < 30; at++) {
      log.note('library', `fault ${at} in ${join(homedir(), 'Talks with Ada', 'x.m4a')} of ada@example.org`);
    }
    const diagnosis = await diagnose(folders());
    expect(diagnosis.faults).toHaveLength(20);
    expect(diagnosis.faults.at(-1)).toContain('library: fault 29 in ');
    const text = diagnosisText(diagnosis);
    for (const name of ['Ada', 'ada@example.org', homedir(), root]) expect(text).not.toContain(name);
    expect(readFileSync(join(root, 'settings', 'faults.log'), 'utf8')).not.toContain('Ada');
    if (userInfo().username.length > 4) expect(text).not.toContain(userInfo().username);
  });
});

test('a report names nothing below a folder, whole path or not', () => {
  const text =
    'ENOENT: no such file, open "Talks/Ada.m4a" in Talks with Ada\\take 2: see http://127.0.0.1:5/#k=secret';
  const plain = withoutPersonalData(text, ['Talks']);
  for (const name of ['Ada', 'take', 'secret', 'Talks']) expect(plain).not.toContain(name);
  const denied = "Cannot read /home/z/Zoe's talks (2026)/take (1).m4a: permission is denied.";
  expect(withoutPersonalData(denied, [])).toBe('Cannot read <path>: permission is denied.');
  expect(plain).toContain('ENOENT: no such file, open "<path>" in <name> with <path>: see <address>');
});

test('the doctor looks at the library that was chosen in the settings, or at the one it is given', async () => {
  const { userDataFolder } = folders();
  mkdirSync(userDataFolder);
  const chosen = { format: 'tailslate-settings', version: 1, libraryFolder: join(root, 'My podcasts') };
  writeFileSync(join(userDataFolder, 'settings.json'), JSON.stringify(chosen));
  const run = await tailslate(['doctor', '--user-data', userDataFolder]);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/library +ok +\.\.\.\/My podcasts, not made yet/u);
  const other = ['doctor', '--json', '--user-data', userDataFolder, '--library', join(root, 'library')];
  expect(documentOf(await tailslate(other))).toMatchObject({ ok: true, faults: [] });
});
