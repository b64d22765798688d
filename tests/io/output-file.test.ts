import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OutputFile, ensureFolder } from '../../electron/io/output-file.ts';
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
  await file.write(bytes(text), 0);
  await file.sync();
  return file.commit(numberedNames('a', 'm4a'), existing);
}

describe('OutputFile', () => {
  test('has only its part file until it is committed', async () => {
    const file = await OutputFile.create(folder, 'a.m4a');
    await file.write(bytes('b'), 1);
    await file.write(bytes('a'), 0);
    expect(readdirSync(folder)).toEqual(['a.m4a.part']);
    await file.sync();
    const path = await file.commit(numberedNames('a', 'm4a'), 'number');
    expect(path).toBe(join(folder, 'a.m4a'));
    expect(readdirSync(folder)).toEqual(['a.m4a']);
    expect(readFileSync(path, 'utf8')).toBe('ab');
  });

  test('never replaces a file that appeared meanwhile', async () => {
    const file = await OutputFile.create(folder, 'a.m4a');
    writeFileSync(join(folder, 'a.m4a'), 'theirs');
    await file.write(bytes('ours'), 0);
    const path = await file.commit(numberedNames('a', 'm4a'), 'number');
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
    await file.write(bytes('x'), 0);
    await file.discard();
    await file.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves a part file of somebody else alone', async () => {
    writeFileSync(join(folder, 'a.m4a.part'), 'theirs');
    const file = await OutputFile.create(folder, 'a.m4a');
    await file.write(bytes('ours'), 0);
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
