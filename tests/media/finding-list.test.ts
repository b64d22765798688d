import { expect, test } from 'vitest';
import { FindingList, MAX_FINDINGS } from '../../electron/media/findings/finding-list.ts';
import type { Finding } from '../../shared/model/finding.ts';

function finding(startByte: number, change: Partial<Finding> = {}): Finding {
  return { kind: 'not-opus', file: 'log', startByte, endByte: startByte + 3, reason: '', ...change };
}

test('totals hold all damage of each track, however little of it is kept', () => {
  const list = new FindingList();
  for (let i = 0; i < MAX_FINDINGS + 20; i++) list.add(finding(i * 10, { track: '0' }));
  for (let i = 0; i < 7; i++) list.add(finding(i * 10, { track: '1' }));
  list.add(finding(0));
  expect(list.kept).toHaveLength(MAX_FINDINGS);
  expect(list.damageOf('0')).toEqual({ count: MAX_FINDINGS + 21, bytes: 3 * (MAX_FINDINGS + 21) });
  expect(list.damageOf('1')).toEqual({ count: 8, bytes: 24 });
  expect(list.damageOf('2')).toEqual({ count: 1, bytes: 3 });
  expect(list.damage).toEqual({ count: MAX_FINDINGS + 28, bytes: 3 * (MAX_FINDINGS + 28) });
});

test('neighbours that were merged are one place with the bytes of both', () => {
  const list = new FindingList();
  for (const startByte of [0, 3, 6]) list.add(finding(startByte));
  expect(list.damage).toEqual({ count: 1, bytes: 9 });
});

test('what loses nothing is not in the totals', () => {
  const list = new FindingList();
  list.add(finding(0, { kind: 'no-timestamp' }));
  expect(list.damage).toEqual({ count: 0, bytes: 0 });
});
