import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scanFile, type WindowScanner } from '../../electron/io/scan-file.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';

/** Takes records of a fixed length and keeps the first byte of each. */
class FixedRecords implements WindowScanner {
  readonly firsts: number[] = [];
  finals = 0;
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
  }

  scan(bytes: Uint8Array, baseByte: number, final: boolean): number {
    let at = 0;
    for (; at + this.#length <= bytes.length; at += this.#length) {
      expect((baseByte + at) % this.#length).toBe(0);
      this.firsts.push(bytes[at] ?? -1);
    }
    if (final) this.finals++;
    return final ? bytes.length : at;
  }
}

describe('scanFile', () => {
  test.each([
    [0, 100],
    [99, 100],
    [100, 100],
    [1 << 20, 1 << 10],
    [(1 << 20) + 1, 1 << 10],
    [3 << 20, 999],
    [3_333_333, 70_001],
    [2 << 20, 1 << 20],
  ])('presents %i bytes in windows that never split a record of %i', async (fileBytes, length) => {
    await inTemporaryFolder(async (folder) => {
      const path = join(folder, 'a.log');
      writeFileSync(
        path,
        Buffer.alloc(fileBytes).map((_byte, i) => Math.floor(i / length) & 0xff),
      );
      const scanner = new FixedRecords(length);
      let read = 0;
      const total = await scanFile(path, scanner, {
        maxRecordBytes: length,
        onBytes: (bytes) => (read += bytes),
      });
      expect(total).toBe(fileBytes);
      expect(read).toBe(fileBytes);
      expect(scanner.finals).toBe(1);
      expect(scanner.firsts).toEqual(
        Array.from({ length: Math.floor(fileBytes / length) }, (_, i) => i & 0xff),
      );
    });
  });

  test('stops when it is aborted', async () => {
    await inTemporaryFolder(async (folder) => {
      const path = join(folder, 'a.log');
      writeFileSync(path, Buffer.alloc(3 << 20));
      const abort = new AbortController();
      abort.abort(new Error('enough'));
      const scan = scanFile(path, new FixedRecords(10), { maxRecordBytes: 10, signal: abort.signal });
      await expect(scan).rejects.toThrow('enough');
    });
  });

  test('refuses a scanner that leaves more than it said', async () => {
    await inTemporaryFolder(async (folder) => {
      const path = join(folder, 'a.log');
      writeFileSync(path, Buffer.alloc(3 << 20));
      const lazy: WindowScanner = { scan: (bytes, _base, final) => (final ? bytes.length : 0) };
      await expect(scanFile(path, lazy, { maxRecordBytes: 10 })).rejects.toThrow(RangeError);
    });
  });
});
