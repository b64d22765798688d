import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FolderLock, isHeld } from '../../electron/io/folder-lock.ts';
import { holdElsewhere } from '../support/lock-holder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true }));

const HOLDER = 'Tailslate (process 123) since 10:41';

function folderFor(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

describe('the lock of a folder', () => {
  test('is had by one at a time, also within a process', async () => {
    const folder = folderFor('one');
    expect(await isHeld(folder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    const lock = await FolderLock.acquire(folder, HOLDER);
    expect(await isHeld(folder)).toBe(HOLDER);
    await expect(FolderLock.acquire(folder, 'another')).rejects.toMatchObject({
      code: 'locked',
      message: `${folder} is in use by ${HOLDER}.`,
    });
    expect(await isHeld(folder)).toBe(HOLDER);
    await lock.release();
    await lock.release();
    expect(await isHeld(folder)).toBeUndefined();
    await (await FolderLock.acquire(folder, 'another')).release();
  });

  test('keeps another process out and goes with it when it is killed', async () => {
    const folder = folderFor('killed');
    const child = await holdElsewhere(folder, HOLDER);
    expect(await isHeld(folder)).toBe(HOLDER);
    await expect(FolderLock.acquire(folder, 'we')).rejects.toMatchObject({ code: 'locked' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Its note is still there and means nothing.
    expect(readdirSync(folder)).toHaveLength(2);
    expect(await isHeld(folder)).toBeUndefined();
    const lock = await FolderLock.acquire(folder, 'we');
    expect(await isHeld(folder)).toBe('we');
    await lock.release();
  });

  test('that cannot be taken says where and what to do', async () => {
    await expect(FolderLock.acquire(join(root, 'missing'), HOLDER)).rejects.toMatchObject({
      code: 'unwritable',
    });
    expect(await isHeld(join(root, 'missing'))).toBeUndefined();
  });

  test('is free when a stranger left files of its names', async () => {
    const folder = folderFor('strange');
    writeFileSync(join(folder, '.tailslate-lock-holder'), 'nobody\n');
    expect(await isHeld(folder)).toBeUndefined();
    await (await FolderLock.acquire(folder, HOLDER)).release();
    expect(readdirSync(folder)).toEqual(['.tailslate-lock']);
  });
});
