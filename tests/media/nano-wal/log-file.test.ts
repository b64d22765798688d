import { describe, expect, test } from 'vitest';
import { fileStem, orderLogFiles, parseLogFileName } from '../../../electron/media/nano-wal/log-file.ts';

describe('the name of a log file', () => {
  test.each([
    ['Al-16192231256665727981-0001.log', 'Al', 'Al-16192231256665727981', 1],
    ['dj-IV_2-6536186920959050184-0001.log', 'dj-IV_2', 'dj-IV_2-6536186920959050184', 1],
    ['Bøb-13707674901618990943-0012.log', 'Bøb', 'Bøb-13707674901618990943', 12],
    ['a-1-2-3-10000.log', 'a-1-2', 'a-1-2-3', 10_000],
    ['-5-0001.log', '', '-5', 1],
  ])('%s', (file, stem, group, number) => {
    expect(parseLogFileName(file)).toEqual({ file, stem, group, number });
  });

  test.each([
    'session.json',
    'Al-1.log',
    'Al-1-01.log',
    'Al-x-0001.log',
    'Al-1-0001.log.part',
    'Al-1-0001 (1).log',
    '',
  ])('not %j', (file) => {
    expect(parseLogFileName(file)).toBeUndefined();
  });
});

test('files are scanned by player and number, however the folder lists them', () => {
  const files = [
    'Bo-7-10000.log',
    'Al-9-0002.log',
    'notes.txt',
    'Bo-7-9999.log',
    'Al-10-0001.log',
    'Al-9-0001.log',
  ];
  const ordered = ['Al-10-0001.log', 'Al-9-0001.log', 'Al-9-0002.log', 'Bo-7-9999.log', 'Bo-7-10000.log'];
  expect(orderLogFiles(files).map(({ file }) => file)).toEqual(ordered);
  expect(orderLogFiles(files.toReversed()).map(({ file }) => file)).toEqual(ordered);
});

test.each([
  ['Alice Smith', 'AliceSmith'],
  ['Bøb 🎧', 'Bøb'],
  ['dj-IV_2', 'dj-IV_2'],
  ['太郎 (№ 2)', '太郎2'],
  ['0123456789 0123456789 0123456789', '01234567890123456789'],
  ['🎧', ''],
])('what a file name keeps of %j', (player, stem) => {
  expect(fileStem(player)).toBe(stem);
});
