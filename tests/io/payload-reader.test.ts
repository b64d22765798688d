import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PayloadReader } from '../../electron/io/payload-reader.ts';
import { PacketTableBuilder } from '../../electron/media/packet-table.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';

/** Longer than many windows of the reader, so that all its ways from one to the next are taken. */
const FILE_BYTES = 5_000_000;

function patterned(bytes: number, seed: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i += 4)
    buffer.writeUInt32LE((Math.imul(i + seed, 2_654_435_761) >>> 0) % 2 ** 32, i);
  return buffer;
}

function failureOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('PayloadReader', () => {
  test('copies packets of any place, order and size, into targets of any room', async () => {
    await inTemporaryFolder((folder) => {
      const files = [patterned(FILE_BYTES, 1), patterned(FILE_BYTES, 2)];
      files.forEach((bytes, i) => {
        writeFileSync(join(folder, `${i}.log`), bytes);
      });
      // The second part begins inside the second file, as after 4 GiB.
      const parts = [
        { file: '0.log', baseByte: 0 },
        { file: '1.log', baseByte: 1_000_000 },
      ];
      const packet = fc.record({
        part: fc.integer({ min: 0, max: 1 }),
        offset: fc.integer({ min: 0, max: FILE_BYTES - 1_000_000 - 61_298 }),
        size: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 61_298 })),
        neighbours: fc.integer({ min: 0, max: 20 }),
      });
      fc.assert(
        fc.property(
          fc.array(packet, { minLength: 1, maxLength: 30 }),
          fc.integer({ min: 61_298, max: 200_000 }),
          (drawn, room) => {
            const builder = new PacketTableBuilder('exact');
            const expected: Buffer[] = [];
            for (const { part, offset, size, neighbours } of drawn) {
              for (
                let n = 0, at = offset;
                n <= neighbours && at + size <= FILE_BYTES - 1_000_000;
                n++, at += size
              ) {
                builder.add(0, size, 8, part, at);
                const base = parts[part]?.baseByte ?? 0;
                expected.push((files[part] ?? Buffer.alloc(0)).subarray(base + at, base + at + size));
              }
            }
            const table = builder.finish();
            const reader = new PayloadReader(folder, parts);
            const got: Buffer[] = [];
            try {
              for (let row = 0; row < table.count;) {
                const target = Buffer.alloc(room);
                const next = reader.copy(table, row, table.count, target, 0);
                let at = 0;
                for (; row < next; row++) {
                  const size = table.sizesBytes[row] ?? 0;
                  got.push(target.subarray(at, at + size));
                  at += size;
                }
              }
            } finally {
              reader.close();
            }
            expect(Buffer.concat(got).equals(Buffer.concat(expected))).toBe(true);
          },
        ),
        { seed: 11, numRuns: 60 },
      );
    });
  });

  test('says so when the log became shorter than its table', async () => {
    await inTemporaryFolder((folder) => {
      writeFileSync(join(folder, '0.log'), Buffer.alloc(100));
      const builder = new PacketTableBuilder('exact');
      builder.add(0, 50, 8, 0, 70);
      const reader = new PayloadReader(folder, [{ file: '0.log', baseByte: 10 }]);
      expect(failureOf(() => reader.copy(builder.finish(), 0, 1, Buffer.alloc(100), 0))).toMatchObject({
        code: 'unreadable',
        message: `${join(folder, '0.log')} became shorter while it was read: it ends at byte 100, where a packet at 80 was.`,
        next: 'Run it again.',
      });
      reader.close();
    });
  });

  test('names a log that is gone', async () => {
    await inTemporaryFolder((folder) => {
      const builder = new PacketTableBuilder('exact');
      builder.add(0, 50, 8, 0, 0);
      const reader = new PayloadReader(folder, [{ file: 'gone.log', baseByte: 0 }]);
      expect(failureOf(() => reader.copy(builder.finish(), 0, 1, Buffer.alloc(100), 0))).toMatchObject({
        code: 'not-found',
      });
      reader.close();
    });
  });
});
