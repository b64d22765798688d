import { Settings } from 'luxon';
import { expect, test } from 'vitest';
import { localDateTime } from '../../../shared/time/local-date-time.ts';

const unixMicros = Date.parse('2026-01-02T23:04:05.999Z') * 1000;

test('date and time are padded for file names', () => {
  expect(localDateTime(unixMicros, 'utc')).toEqual({ date: '2026-01-02', time: '23-04-05' });
  expect(localDateTime(unixMicros, 'Asia/Tokyo')).toEqual({ date: '2026-01-03', time: '08-04-05' });
});

test('digits are the same whatever locale the machine has', () => {
  const before = Settings.defaultLocale;
  Settings.defaultLocale = 'ar-EG';
  try {
    expect(localDateTime(unixMicros, 'utc').date).toBe('2026-01-02');
  } finally {
    Settings.defaultLocale = before;
  }
});
