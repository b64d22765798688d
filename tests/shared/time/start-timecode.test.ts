import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/model/errors.ts';
import { startTimecode, type StartTimecode } from '../../../shared/time/start-timecode.ts';
import {
  formatLabel,
  framesPerDay,
  framesToLabel,
  framesToSamples,
  parseLabel,
  TIMECODE_RATES,
  timecodeRate,
} from '../../../shared/time/timecode.ts';

/** The start of a session whose T0 is an ISO time in UTC, with up to six digits of a second. */
function startAt(iso: string, zone: string, rateId: string, offsetFrames = 0): StartTimecode {
  const match = /^(.*?)(?:\.(\d{1,6}))?Z$/.exec(iso);
  const micros = Number((match?.[2] ?? '').padEnd(6, '0'));
  const t0UnixMicros = Date.parse(`${match?.[1] ?? ''}Z`) * 1000 + micros;
  return startTimecode({ t0UnixMicros, zone, rate: timecodeRate(rateId), offsetFrames });
}

describe('time of day', () => {
  test('the round table of the fixtures', () => {
    expect(
      startTimecode({
        t0UnixMicros: 1_773_532_752_345_000,
        zone: 'utc',
        rate: timecodeRate('25'),
        offsetFrames: 0,
      }),
    ).toEqual({ frameCount: 2_158_808, leadSamples: 1200, label: '23:59:12:08' });
  });

  test.each([
    ['2026-01-01T10:00:00Z', 'utc', '25', '10:00:00:00', 0],
    // 0.999999 s is frame 24 and 39.999 ms: rounded to the nearest sample that is one whole frame.
    ['2026-01-01T10:00:00.999999Z', 'utc', '25', '10:00:00:24', 1920],
    ['2026-01-01T10:00:00.000010Z', 'utc', '25', '10:00:00:00', 0],
    ['2026-01-01T10:00:00.000011Z', 'utc', '25', '10:00:00:00', 1],
    ['2026-01-01T23:59:59.999Z', 'utc', '60', '23:59:59:59', 752],
    ['2026-01-01T10:00:00.5Z', 'utc', '23.976', '10:00:00:12', 0],
  ])('%s in %s at %s is %s, %i samples ahead', (iso, zone, rate, label, leadSamples) => {
    expect(startAt(iso, zone, rate)).toMatchObject({ label, leadSamples });
  });

  test.each([
    ['Europe/Oslo', '2026-03-29T00:59:59Z', '01:59:59:00'],
    ['Europe/Oslo', '2026-03-29T01:00:00Z', '03:00:00:00'],
    ['Europe/Oslo', '2026-10-25T00:59:59Z', '02:59:59:00'],
    ['Europe/Oslo', '2026-10-25T01:00:00Z', '02:00:00:00'],
    ['America/New_York', '2026-03-08T06:59:59Z', '01:59:59:00'],
    ['America/New_York', '2026-03-08T07:00:00Z', '03:00:00:00'],
    ['America/New_York', '2026-11-01T05:59:59Z', '01:59:59:00'],
    ['America/New_York', '2026-11-01T06:00:00Z', '01:00:00:00'],
    ['Asia/Kolkata', '2026-06-01T18:30:00Z', '00:00:00:00'],
    ['Asia/Kathmandu', '2026-06-01T18:15:00Z', '00:00:00:00'],
    ['America/St_Johns', '2026-06-01T02:30:00Z', '00:00:00:00'],
    ['Australia/Lord_Howe', '2026-06-01T00:00:00Z', '10:30:00:00'],
    ['utc', '2028-02-28T23:59:59Z', '23:59:59:00'],
    ['utc', '2028-02-29T00:00:00Z', '00:00:00:00'],
    ['Pacific/Kiritimati', '2028-02-29T10:00:00Z', '00:00:00:00'],
    ['utc', '1969-12-31T23:59:59Z', '23:59:59:00'],
  ])('in %s %s shows %s', (zone, iso, label) => {
    expect(startAt(iso, zone, '25').label).toBe(label);
  });

  test('local is the zone of this machine', () => {
    const iso = '2026-06-01T12:34:56Z';
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(startAt(iso, 'local', '25')).toEqual(startAt(iso, here, '25'));
  });

  test.each(['Europe/Atlantis', '', 'Oslo', '../etc/passwd'])('refuses the zone %j', (zone) => {
    const attempt = (): unknown => startAt('2026-06-01T12:00:00Z', zone, '25');
    expect(attempt).toThrow(AppError);
    expect(attempt).toThrow(`There is no time zone "${zone}".`);
  });
});

describe('29.97 and 59.94', () => {
  test.each([
    // Frame 1078920 is a multiple of five.
    ['2026-01-01T10:00:00Z', '29.97df', '10:00:00;00', 0],
    // 0.345 s is nominal frame 10 and 560 samples.
    ['2026-01-01T10:00:00.345Z', '29.97df', '10:00:00;10', 560],
    ['2026-01-01T10:00:00.345Z', '29.97ndf', '10:00:00:10', 560],
    // 0.4 s is frame 12: two frames down, 3203.2 samples.
    ['2026-01-01T10:00:00.4Z', '29.97ndf', '10:00:00:10', 3203],
    // 0.41 s is frame 12 and 480 samples; 480 + 3203.2.
    ['2026-01-01T10:00:00.41Z', '29.97ndf', '10:00:00:10', 3683],
    // Four frames down and all but one millionth of a frame more: rounded once, 1599.952 + 6406.4 is 8006.
    ['2026-01-01T10:00:00.166666Z', '29.97ndf', '10:00:00:00', 8006],
    // 0.345 s at 60 is frame 20 and 560 samples.
    ['2026-01-01T10:00:00.345Z', '59.94ndf', '10:00:00:20', 560],
    // One frame down: 800.8 samples.
    ['2026-01-01T10:00:00.35Z', '59.94df', '10:00:00;20', 801],
  ])('%s at %s starts at %s, %i samples ahead', (iso, rate, label, leadSamples) => {
    expect(startAt(iso, 'utc', rate)).toMatchObject({ label, leadSamples });
  });

  test.each([
    // Shown: 10:01:00 and frame 0 or 1. T0 takes ;02, frame 1080720, which is a multiple of five.
    ['2026-01-01T10:01:00Z', '29.97df', '10:01:00;02', 0],
    ['2026-01-01T10:01:00.05Z', '29.97df', '10:01:00;02', 0],
    // ;02 is reached by the clock at 66.667 ms, 6.667 ms earlier than this.
    ['2026-01-01T10:01:00.073334Z', '29.97df', '10:01:00;02', 320],
    // 10:02:00;02 is frame 1082518, three more than a multiple of five: 4804.8 samples.
    ['2026-01-01T10:02:00.01Z', '29.97df', '10:01:59;27', 4805],
    ['2026-01-01T10:10:00.01Z', '29.97df', '10:09:59;28', 3683],
    ['2026-01-01T10:01:00.06Z', '59.94df', '10:01:00;04', 0],
  ])('%s at %s is a skipped label or next to one: %s, %i samples ahead', (iso, rate, label, leadSamples) => {
    expect(startAt(iso, 'utc', rate)).toMatchObject({ label, leadSamples });
  });
});

describe('offset', () => {
  test('moves the label and leaves the instant', () => {
    const plain = startAt('2026-01-01T10:00:00.345Z', 'utc', '25');
    const moved = startAt('2026-01-01T10:00:00.345Z', 'utc', '25', -9);
    expect(plain).toMatchObject({ label: '10:00:00:08', leadSamples: 1200 });
    expect(moved).toMatchObject({ label: '09:59:59:24', leadSamples: 1200 });
  });

  test.each([
    ['23:59:59', 25, '25', '00:00:00:00'],
    ['00:00:00', -1, '25', '23:59:59:24'],
    ['00:00:00', 3 * 2_160_000, '25', '00:00:00:00'],
    // The day at 29.97 drop frame ends on frame 2589407; moved down to 2589405.
    ['00:00:00', -1, '29.97df', '23:59:59;27'],
    ['00:00:00', -1, '59.94df', '23:59:59;59'],
  ])('wraps at midnight: %s and %i frames at %s is %s', (time, offset, rate, label) => {
    expect(startAt(`2026-01-01T${time}Z`, 'utc', rate, offset).label).toBe(label);
  });

  test('is a whole number of frames', () => {
    expect(() => startAt('2026-01-01T00:00:00Z', 'utc', '25', 0.5)).toThrow(RangeError);
    expect(() => startAt('2026-01-01T00:00:00Z', 'utc', '25', Number.NaN)).toThrow(RangeError);
  });
});

describe('fixed start', () => {
  const fixed = (text: string, rateId: string, offsetFrames = 0): StartTimecode => {
    const rate = timecodeRate(rateId);
    return startTimecode({
      t0UnixMicros: 1_773_532_752_345_000,
      zone: 'utc',
      rate,
      offsetFrames,
      fixedStart: parseLabel(text, rate),
    });
  };

  test('labels T0 itself', () => {
    expect(fixed('01:00:00:00', '25')).toEqual({ frameCount: 90_000, leadSamples: 0, label: '01:00:00:00' });
    expect(fixed('01:00:00:00', '25', 5).label).toBe('01:00:00:05');
  });

  test('moves down where a frame is no whole number of samples', () => {
    expect(fixed('10:00:00;00', '29.97df')).toMatchObject({ leadSamples: 0, label: '10:00:00;00' });
    expect(fixed('10:00:00;03', '29.97df')).toMatchObject({ leadSamples: 4805, label: '10:00:00;00' });
    // 01:00:00;00 is frame 107892, two more than a multiple of five.
    expect(fixed('01:00:00;00', '29.97df')).toEqual({
      frameCount: 107_890,
      leadSamples: 3203,
      label: '00:59:59;28',
    });
  });
});

test('every start is a whole sample, a valid label and within five frames of T0', () => {
  const zones = ['utc', 'Europe/Oslo', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
  fc.assert(
    fc.property(
      fc.constantFrom(...TIMECODE_RATES),
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 2_000_000_000_000_000 }),
      fc.integer({ min: -10_000_000, max: 10_000_000 }),
      (rate, zone, t0UnixMicros, offsetFrames) => {
        const start = startTimecode({ t0UnixMicros, zone, rate, offsetFrames });
        expect(start.frameCount % rate.wholeFrames).toBe(0);
        expect(start.frameCount).toBeLessThan(framesPerDay(rate));
        expect(start.label).toBe(formatLabel(framesToLabel(start.frameCount, rate), rate));
        expect(start.leadSamples).toBeGreaterThanOrEqual(0);
        expect(start.leadSamples).toBeLessThanOrEqual(framesToSamples(rate.wholeFrames, rate, 'ceil'));
        expect(Number.isSafeInteger(start.leadSamples)).toBe(true);
      },
    ),
    { seed: 13, numRuns: 2000 },
  );
});
