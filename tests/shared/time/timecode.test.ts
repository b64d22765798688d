import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/model/errors.ts';
import {
  formatLabel,
  framesPerDay,
  framesToLabel,
  framesToSamples,
  isSkipped,
  labelToFrames,
  nextExisting,
  parseLabel,
  TIMECODE_RATES,
  timecodeRate,
  wrapFrames,
  type TimecodeLabel,
  type TimecodeRate,
} from '../../../shared/time/timecode.ts';

/** The first difference between a day of labels, counted as an odometer counts, and both conversions. */
function firstDifference(rate: TimecodeRate): string | undefined {
  // SMPTE ST 12-1 in its own words, apart from the formula under test.
  const dropped = rate.dropFrame ? (rate.id === '29.97df' ? 2 : 4) : 0;
  let frame = 0;
  for (let minute = 0; minute < 1440; minute++) {
    const hours = Math.floor(minute / 60);
    const minutes = minute % 60;
    for (let seconds = 0; seconds < 60; seconds++) {
      for (let frames = 0; frames < rate.nominalFrames; frames++) {
        if (seconds === 0 && frames < dropped && minutes % 10 !== 0) continue;
        const label = framesToLabel(frame, rate);
        const same =
          label.hours === hours &&
          label.minutes === minutes &&
          label.seconds === seconds &&
          label.frames === frames &&
          labelToFrames(label, rate) === frame;
        if (!same)
          return `frame ${frame} is ${formatLabel(label, rate)}, not ${hours}:${minutes}:${seconds}:${frames}`;
        frame++;
      }
    }
  }
  return frame === framesPerDay(rate) ? undefined : `a day has ${frame} frames, not ${framesPerDay(rate)}`;
}

const label = (hours: number, minutes: number, seconds: number, frames: number): TimecodeLabel => ({
  hours,
  minutes,
  seconds,
  frames,
});

describe('labels and frames', () => {
  test.each(TIMECODE_RATES)('are one to one through 24 hours at $id', (rate) => {
    expect(firstDifference(rate)).toBeUndefined();
  });

  test.each([
    ['23.976', 2_073_600],
    ['25', 2_160_000],
    ['29.97df', 2_589_408],
    ['29.97ndf', 2_592_000],
    ['59.94df', 5_178_816],
    ['60', 5_184_000],
  ])('a day at %s has %i frames', (id, frames) => {
    expect(framesPerDay(timecodeRate(id))).toBe(frames);
  });

  test.each([
    ['29.97df', '01:00:00;00', 107_892],
    ['29.97df', '10:00:00;00', 1_078_920],
    ['29.97df', '00:00:59;29', 1799],
    ['29.97df', '00:01:00;02', 1800],
    ['29.97df', '00:10:00;00', 17_982],
    ['59.94df', '00:01:00;04', 3600],
    ['59.94df', '10:00:00;00', 2_157_840],
    ['29.97ndf', '10:00:00:00', 1_080_000],
    ['25', '23:59:59:24', 2_159_999],
  ])('at %s %s is frame %i', (id, text, frames) => {
    const rate = timecodeRate(id);
    expect(labelToFrames(parseLabel(text, rate), rate)).toBe(frames);
    expect(formatLabel(framesToLabel(frames, rate), rate)).toBe(text);
  });

  test('refuse what does not exist', () => {
    const rate = timecodeRate('29.97df');
    expect(() => framesToLabel(framesPerDay(rate), rate)).toThrow(RangeError);
    expect(() => framesToLabel(-1, rate)).toThrow(RangeError);
    expect(() => framesToLabel(0.5, rate)).toThrow(RangeError);
    expect(() => labelToFrames(label(0, 1, 0, 1), rate)).toThrow('00:01:00;01');
    expect(() => labelToFrames(label(24, 0, 0, 0), rate)).toThrow(RangeError);
    expect(() => labelToFrames(label(0, 0, 0, 30), rate)).toThrow(RangeError);
    expect(() => labelToFrames(label(0, 0, 0.5, 0), rate)).toThrow(RangeError);
  });

  test('wrap at midnight both ways', () => {
    const rate = timecodeRate('29.97df');
    expect(wrapFrames(framesPerDay(rate), rate)).toBe(0);
    expect(wrapFrames(-1, rate)).toBe(framesPerDay(rate) - 1);
    expect(wrapFrames(-3 * framesPerDay(rate) + 7, rate)).toBe(7);
  });
});

describe('drop frame', () => {
  test.each([
    ['29.97df', 2],
    ['59.94df', 4],
  ])('at %s skips the first %i labels of 54 minutes an hour', (id, skipped) => {
    const rate = timecodeRate(id);
    for (let minutes = 0; minutes < 60; minutes++) {
      for (let frames = 0; frames < rate.nominalFrames; frames++) {
        const expected = minutes % 10 !== 0 && frames < skipped;
        expect(isSkipped(label(7, minutes, 0, frames), rate)).toBe(expected);
        expect(isSkipped(label(7, minutes, 1, frames), rate)).toBe(false);
      }
    }
    expect(nextExisting(label(7, 1, 0, 0), rate)).toEqual(label(7, 1, 0, skipped));
    expect(nextExisting(label(7, 10, 0, 0), rate)).toEqual(label(7, 10, 0, 0));
  });

  test('is never skipped at other rates', () => {
    expect(isSkipped(label(0, 1, 0, 0), timecodeRate('29.97ndf'))).toBe(false);
    expect(isSkipped(label(0, 1, 0, 0), timecodeRate('30'))).toBe(false);
  });

  test('keeps within 0.15 s of the clock all day at 29.97, while non-drop falls 86.4 s behind', () => {
    const drop = timecodeRate('29.97df');
    let largestSeconds = 0;
    for (let second = 0; second < 86_400; second++) {
      const shown = label(Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60, 0);
      const real = (labelToFrames(nextExisting(shown, drop), drop) * 1001) / 30_000;
      largestSeconds = Math.max(largestSeconds, Math.abs(real - second));
    }
    expect(largestSeconds).toBeLessThan(0.15);
    const nonDrop = timecodeRate('29.97ndf');
    expect(framesToSamples(framesPerDay(nonDrop), nonDrop, 'nearest') / 48_000 - 86_400).toBeCloseTo(86.4, 6);
  });
});

describe('samples', () => {
  test('10:00:00;00 at 29.97 drop frame is sample 1727998272', () => {
    expect(framesToSamples(1_078_920, timecodeRate('29.97df'), 'floor')).toBe(1_727_998_272);
  });

  test.each([
    ['23.976', 2002],
    ['24', 2000],
    ['25', 1920],
    ['30', 1600],
    ['48', 1000],
    ['50', 960],
    ['60', 800],
  ])('a frame at %s lasts %i samples', (id, samples) => {
    expect(framesToSamples(1, timecodeRate(id), 'floor')).toBe(samples);
    expect(framesToSamples(1, timecodeRate(id), 'ceil')).toBe(samples);
  });

  test.each([
    ['29.97df', 8008],
    ['29.97ndf', 8008],
    ['59.94df', 4004],
    ['59.94ndf', 4004],
  ])('five frames at %s last %i samples, fewer no whole number', (id, samples) => {
    const rate = timecodeRate(id);
    const isWhole = (frames: number): boolean =>
      framesToSamples(frames, rate, 'floor') === framesToSamples(frames, rate, 'ceil');
    expect([1, 2, 3, 4].filter(isWhole)).toEqual([]);
    expect(framesToSamples(5, rate, 'floor')).toBe(samples);
    expect(framesToSamples(5, rate, 'ceil')).toBe(samples);
  });

  test('multiples of wholeFrames are whole all day, at every rate', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TIMECODE_RATES), fc.nat({ max: 1_000_000 }), (rate, n) => {
        const frames = n * rate.wholeFrames;
        expect(framesToSamples(frames, rate, 'floor')).toBe(framesToSamples(frames, rate, 'ceil'));
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

describe('timecodeRate', () => {
  test.each([
    ['25', '25'],
    ['29.97', '29.97df'],
    ['59.94', '59.94df'],
    ['29.97DF', '29.97df'],
    ['29.97 ndf', '29.97ndf'],
    ['59.94NDF', '59.94ndf'],
    ['23.98', '23.976'],
    ['30000/1001', '29.97df'],
    [' 25 fps ', '25'],
  ])('%j is %s', (text, id) => {
    expect(timecodeRate(text).id).toBe(id);
  });

  test.each(['', '26', '30df', '25ndf', '29.97nd', '29.97 df df', 'fps', '__proto__'])(
    '%j is none',
    (text) => {
      expect(() => timecodeRate(text)).toThrow(AppError);
    },
  );

  test('says which there are', () => {
    const refused = (): unknown => {
      try {
        return timecodeRate('12');
      } catch (error) {
        return error;
      }
    };
    expect(refused()).toMatchObject({
      code: 'usage',
      message: 'There is no timecode rate "12".',
      next: 'Use 23.976, 24, 25, 29.97df, 29.97ndf, 30, 48, 50, 59.94df, 59.94ndf, 60.',
    });
  });
});

describe('parseLabel', () => {
  const drop = timecodeRate('29.97df');

  test.each(['10:01:02;03', '10:01:02:03', '10;01;02;03', '10.01.02.03', '10:01:02.03', ' 10:1:2:3 '])(
    'reads %j',
    (text) => {
      expect(parseLabel(text, drop)).toEqual(label(10, 1, 2, 3));
    },
  );

  test.each([
    '',
    '10:01:02',
    '10:01:02:03:04',
    '-1:00:00:00',
    '1e1:00:00:00',
    '10:01:02:003',
    'ten',
    '١٠:00:00:00',
  ])('%j is no label', (text) => {
    expect(() => parseLabel(text, drop)).toThrow(`"${text}" is not a timecode.`);
  });

  test.each(['24:00:00:00', '00:60:00:00', '00:00:60:00', '00:00:00:30'])('%j is out of range', (text) => {
    expect(() => parseLabel(text, drop)).toThrow(AppError);
  });

  test('a skipped label is refused, and the next one named', () => {
    const attempt = (): unknown => {
      try {
        return parseLabel('00:01:00;01', drop);
      } catch (error) {
        return error;
      }
    };
    expect(attempt()).toMatchObject({
      code: 'usage',
      message: 'Drop-frame timecode skips "00:01:00;01".',
      next: 'The next one is 00:01:00;02.',
    });
    expect(parseLabel('00:01:00:01', timecodeRate('29.97ndf'))).toEqual(label(0, 1, 0, 1));
  });

  test('reads back every label that is written', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TIMECODE_RATES), fc.nat({ max: 2 ** 31 - 1 }), (rate, n) => {
        const there = framesToLabel(wrapFrames(n, rate), rate);
        expect(parseLabel(formatLabel(there, rate), rate)).toEqual(there);
      }),
      { seed: 12, numRuns: 2000 },
    );
  });
});
