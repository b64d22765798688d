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
  test.each([0, 1, 30, 5000])('takes %i rows at once between others', (rows) => {
    const builder = new PacketTableBuilder('exact', 4);
    builder.add(0, 10, 8, 1, 100);
    const columns = builder.extend(rows, 2);
    for (let row = 0; row < rows; row++) {
      columns.positionsSamples[row] = 960 * (row + 1);
      columns.sizesBytes[row] = row % 1000;
      columns.durationUnits[row] = 4;
      columns.offsetsBytes[row] = 7 * row;
    }
    builder.add(960 * (rows + 1), 11, 8, 3, 101);
    const table = builder.finish();
    const all = rows + 2;
    const expected = Array.from({ length: rows }, (_, row) => row);
    expect(table.count).toBe(all);
    expect([...table.positionsSamples]).toEqual(Array.from({ length: all }, (_, row) => 960 * row));
    expect([...table.sizesBytes]).toEqual([10, ...expected.map((row) => row % 1000), 11]);
    expect([...table.durationUnits]).toEqual([8, ...expected.map(() => 4), 8]);
    expect([...table.parts]).toEqual([1, ...expected.map(() => 2), 3]);
    expect([...table.offsetsBytes]).toEqual([100, ...expected.map((row) => 7 * row), 101]);
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
