import type { FileHandle } from 'node:fs/promises';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DiskWatch } from '../../electron/io/disk-watch.ts';
import { makeFolder } from '../../electron/io/make-folder.ts';
import { DISK_CALLS, type OutputCalls, OutputFile, ensureFolder } from '../../electron/io/output-file.ts';
import { numberedNames } from '../../shared/model/file-name.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-file-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function finished(text: string, existing: 'number' | 'overwrite' = 'number'): Promise<string> {
  const file = await OutputFile.create(folder, 'a.m4a');
  file.write(bytes(text), 0);
  await file.sync();
  return (await file.commit(numberedNames('a', 'm4a'), existing)).path;
}

describe('OutputFile', () => {
  test('has only its part file until it is committed', async () => {
    const file = await OutputFile.create(folder, 'a.m4a');
    file.write(bytes('b'), 1);
    file.write(bytes('a'), 0);
    expect(readdirSync(folder)).toEqual(['a.m4a.part']);
    await file.sync();
    const { path } = await file.commit(numberedNames('a', 'm4a'), 'number');
    expect(path).toBe(join(folder, 'a.m4a'));
    expect(readdirSync(folder)).toEqual(['a.m4a']);
    expect(readFileSync(path, 'utf8')).toBe('ab');
  });

  test('never replaces a file that appeared meanwhile', async () => {
    const file = await OutputFile.create(folder, 'a.m4a');
    writeFileSync(join(folder, 'a.m4a'), 'theirs');
    file.write(bytes('ours'), 0);
    const { path } = await file.commit(numberedNames('a', 'm4a'), 'number');
    expect(path).toBe(join(folder, 'a (2).m4a'));
    expect(readFileSync(join(folder, 'a.m4a'), 'utf8')).toBe('theirs');
  });

  test('replaces only when asked', async () => {
    await finished('first');
    expect(await finished('second')).toBe(join(folder, 'a (2).m4a'));
    expect(await finished('third', 'overwrite')).toBe(join(folder, 'a.m4a'));
    expect(readFileSync(join(folder, 'a.m4a'), 'utf8')).toBe('third');
  });

  test('leaves nothing when discarded, also twice', async () => {
    const file = await OutputFile.create(folder, 'a.m4a');
    file.write(bytes('x'), 0);
    await file.discard();
    await file.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves a part file of somebody else alone', async () => {
    writeFileSync(join(folder, 'a.m4a.part'), 'theirs');
    const file = await OutputFile.create(folder, 'a.m4a');
    file.write(bytes('ours'), 0);
    await file.discard();
    expect(readdirSync(folder)).toEqual(['a.m4a.part']);
    expect(readFileSync(join(folder, 'a.m4a.part'), 'utf8')).toBe('theirs');
  });

  test('says what is wrong when the folder is gone', async () => {
    await expect(OutputFile.create(join(folder, 'none'), 'a.m4a')).rejects.toMatchObject({
      code: 'unwritable',
      message: expect.stringContaining('does not exist') as string,
    });
  });
});

test.each(['empty', 'close'] as const)(
  'a disk that does not answer as it is told to %s is known of',
  async (call) => {
    const watch = new DiskWatch();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const calls: OutputCalls = {
      ...DISK_CALLS,
      [call]: async (handle: FileHandle) => {
        await promise;
        await DISK_CALLS[call](handle);
      },
    };
    const file = await OutputFile.create(folder, 'a.m4a', { calls: watch.counted(calls) });
    file.write(bytes('mine'), 0);
    expect(watch.isAsked).toBe(false);
    const emptied = call === 'empty' ? file.empty() : file.discard();
    await vi.waitFor(() => {
      expect(watch.isAsked).toBe(true);
    });
    resolve(undefined);
    await emptied;
    expect(watch.isAsked).toBe(false);
    await file.discard();
    expect(readdirSync(folder)).toEqual([]);
  },
);

/** What Node throws where the system answers with `code`. */
function failing(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(`${code}: as the test wants`), { code }));
}

/** A complete file that is still to be named, on a disk where some calls fail. */
async function written(calls: Partial<OutputCalls>): Promise<OutputFile> {
  const file = await OutputFile.create(folder, 'a.m4a', { calls: { ...DISK_CALLS, ...calls } });
  file.write(bytes('ours'), 0);
  await file.sync();
  return file;
}

const names = () => numberedNames('a', 'm4a');

describe('a disk without hard links', () => {
  test.each(['EPERM', 'EISDIR', 'ENOTSUP', 'UNKNOWN'])(
    'that says %s gets the file by a rename',
    async (code) => {
      const file = await written({ link: failing(code) });
      expect(await file.commit(names(), 'number')).toEqual({ path: join(folder, 'a.m4a'), unsynced: null });
      expect(readdirSync(folder)).toEqual(['a.m4a']);
      expect(readFileSync(join(folder, 'a.m4a'), 'utf8')).toBe('ours');
    },
  );

  test('shows nothing under the final name before the rename or after one that fails', async () => {
    let seen: readonly string[] = [];
    const file = await written({
      link: failing('EISDIR'),
      rename: (_from, to) => {
        seen = readdirSync(dirname(to)).sort();
        return failing('EACCES')();
      },
    });
    await expect(file.commit(names(), 'number')).rejects.toMatchObject({ code: 'unwritable' });
    expect(seen).toEqual(['a.m4a.lock', 'a.m4a.part']);
    await file.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(['a.m4a', 'a.m4a.lock'])('keeps %s of somebody else', async (taken) => {
    writeFileSync(join(folder, taken), 'theirs');
    const skipped = await written({ link: failing('EPERM') });
    await expect(skipped.commit(names(), 'skip')).rejects.toMatchObject({
      code: 'exists',
      message: expect.stringContaining(`${taken} is there already`) as string,
    });
    await skipped.discard();
    const file = await written({ link: failing('EPERM') });
    expect(await file.commit(names(), 'number')).toMatchObject({ path: join(folder, 'a (2).m4a') });
    expect(readdirSync(folder).sort()).toEqual(['a (2).m4a', taken]);
    expect(readFileSync(join(folder, taken), 'utf8')).toBe('theirs');
  });

  test('is not asked for a rename when it is full', async () => {
    const rename = vi.fn(DISK_CALLS.rename);
    const file = await written({ link: failing('ENOSPC'), rename });
    await expect(file.commit(names(), 'number')).rejects.toMatchObject({ code: 'no-space' });
    expect(rename).not.toHaveBeenCalled();
  });
});

describe('a file that has its final name', () => {
  test('loses its first one at the second try', async () => {
    const unlink = vi.fn(DISK_CALLS.unlink).mockImplementationOnce(failing('EBUSY'));
    const file = await written({ unlink });
    await file.commit(names(), 'number');
    expect(readdirSync(folder)).toEqual(['a.m4a']);
  });

  test('is finished also where the first one stays', async () => {
    const file = await written({ unlink: failing('EBUSY') });
    expect(await file.commit(names(), 'number')).toEqual({ path: join(folder, 'a.m4a'), unsynced: null });
  });

  test('is told of when its folder cannot be synced, and kept', async () => {
    const file = await written({ syncFolder: failing('EIO') });
    expect(await file.commit(names(), 'number')).toEqual({
      path: join(folder, 'a.m4a'),
      unsynced: expect.stringContaining('EIO') as string,
    });
    writeFileSync(join(folder, 'a.m4a.part'), 'theirs');
    await file.discard();
    expect(readdirSync(folder)).toEqual(['a.m4a', 'a.m4a.part']);
  });
});

describe('makeFolder', () => {
  test('syncs the folder above each one that it made', async () => {
    const synced: string[] = [];
    const sync = (path: string): Promise<void> => {
      synced.push(path);
      return Promise.resolve();
    };
    expect(await makeFolder(join(folder, 'a', 'b'), sync)).toBe(true);
    expect(synced).toEqual([join(folder, 'a'), folder]);
    expect(await makeFolder(join(folder, 'a', 'b'), sync)).toBe(false);
    expect(synced).toHaveLength(2);
  });
});

describe('ensureFolder', () => {
  test('creates what is missing', async () => {
    await ensureFolder(join(folder, 'a', 'b'));
    expect(readdirSync(join(folder, 'a'))).toEqual(['b']);
  });

  test.each(['file', 'file/below'])('refuses %s where a file is in the way', async (path) => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'other'));
    await expect(ensureFolder(join(folder, path))).rejects.toMatchObject({ code: 'unwritable' });
  });
});
