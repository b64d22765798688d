import { describe, expect, test } from 'vitest';
import { areAlike, PacketTableBuilder, withoutStamps } from '../../electron/media/packet-table.ts';

describe('areAlike', () => {
  test.each([0, 1, 2, 63, 64, 65, 300])('sees one row that differs among %i, wherever it is', (rows) => {
    const column = new Uint8Array(rows + 20).fill(8, 10, 10 + rows);
    expect(areAlike(column, 10, 10 + rows)).toBe(true);
    for (let row = 10; row < 10 + rows && rows > 1; row++) {
      column[row] = 4;
      expect(areAlike(column, 10, 10 + rows)).toBe(false);
      column[row] = 8;
    }
  });

  test('looks at a column that is a part of another', () => {
    const column = new Uint8Array(200).fill(8, 50, 150).subarray(50, 150);
    expect(areAlike(column, 0, 100)).toBe(true);
  });
});

describe('PacketTableBuilder', () => {
  test('keeps its rows where room is made, exactly as many or not', () => {
    for (const room of [0, 1, 100, 5000]) {
      const builder = new PacketTableBuilder('exact', 4);
      for (let row = 0; row < 100; row++) {
        if (row === 50) builder.reserve(room);
        builder.add(row * 960, 10 + row, 8, 1, row * 1000);
      }
      const table = builder.finish();
      expect(table.count).toBe(100);
      expect([...table.sizesBytes]).toEqual(Array.from({ length: 100 }, (_, row) => 10 + row));
      expect(table.positionsSamples[99]).toBe(99 * 960);
    }
  });

  test('a table without stamps keeps everything else', () => {
    const builder = new PacketTableBuilder('exact');
    builder.add(960, 33, 8, 2, 77);
    const table = withoutStamps(builder.finish());
    expect(table).toMatchObject({ count: 1, clock: 'exact' });
    expect([table.sizesBytes[0], table.durationUnits[0], table.parts[0], table.offsetsBytes[0]]).toEqual([
      33, 8, 2, 77,
    ]);
    expect(table.positionsSamples).toHaveLength(0);
  });
});
