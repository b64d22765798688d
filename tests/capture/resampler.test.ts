import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Resampler } from '../../renderer/capture/resampler.ts';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';

const SECONDS = 0.2;
const BLOCK = 960;

/** Sound by its time in seconds, as a device of this rate has it, read at 48 kHz in blocks of these steps. */
function resampled(
  rate: number,
  sound: (seconds: number) => number,
  stepOf: (block: number) => number = () => rate / SAMPLE_RATE,
): { readonly value: number; readonly place: number }[] {
  const resampler = new Resampler(rate, 1);
  const samples = Float32Array.from({ length: rate * SECONDS }, (_, at) => sound(at / rate));
  const found: { value: number; place: number }[] = [];
  // Beyond what the filter reaches at the beginning.
  let place = resampler.reachSamples + 0.37;
  let written = 0;
  for (let block = 0; ; block++) {
    const step = stepOf(block);
    const end = place + step * BLOCK;
    while (resampler.end < end + resampler.reachSamples + 1) {
      if (written >= samples.length) return found;
      const part = samples.subarray(written, written + 441);
      resampler.write([part], part.length);
      written += part.length;
    }
    const out = new Float32Array(BLOCK);
    resampler.read(0, place, step, out);
    for (const [at, value] of out.entries()) found.push({ value, place: place + at * step });
    resampler.forget(end);
    place = end;
  }
}

/** How far what came out is from the sound at its own places, against the sound itself, in decibels. */
function errorDb(
  rate: number,
  sound: (seconds: number) => number,
  stepOf?: (block: number) => number,
): number {
  let error = 0;
  let power = 0;
  for (const { value, place } of resampled(rate, sound, stepOf)) {
    const right = sound(place / rate);
    error += (value - right) ** 2;
    power += right ** 2;
  }
  return 10 * Math.log10(error / power);
}

const tone =
  (hertz: number) =>
  (seconds: number): number =>
    0.5 * Math.sin(2 * Math.PI * hertz * seconds);

/** Rises from 20 Hz to 16 kHz. */
const chirp = (seconds: number): number =>
  0.5 * Math.sin(2 * Math.PI * (20 * seconds + (16_000 * seconds ** 2) / (2 * SECONDS)));

describe.each([44_100, 48_000, 96_000])('from %i Hz to 48 kHz', (rate) => {
  test.each([100, 997, 5000, 10_000, 15_000, 18_000])('a tone of %i Hz is itself to 90 dB', (hertz) => {
    expect(errorDb(rate, tone(hertz))).toBeLessThan(-90);
    expect(errorDb(rate, tone(hertz), () => (rate / SAMPLE_RATE) * (1 + 200e-6))).toBeLessThan(-90);
  });

  test('a chirp is too', () => {
    expect(errorDb(rate, chirp)).toBeLessThan(-90);
  });

  test('up to 20 kHz everything is as loud as it was, to a tenth of a decibel', () => {
    for (let hertz = 1000; hertz <= 20_000; hertz += 1000) {
      const found = resampled(rate, tone(hertz));
      const power = found.reduce((sum, { value }) => sum + value ** 2, 0) / found.length;
      const heard = found.reduce((sum, { place }) => sum + tone(hertz)(place / rate) ** 2, 0) / found.length;
      expect(Math.abs(10 * Math.log10(power / heard)), `${hertz} Hz`).toBeLessThan(0.1);
    }
  });

  test('a speed that moves slowly makes no click', () => {
    const even = rate / SAMPLE_RATE;
    const wander = (block: number): number => even * (1 + 1e-3 * Math.sin(block / 3));
    expect(errorDb(rate, tone(5000), wander)).toBeLessThan(-90);
    expect(errorDb(rate, chirp, wander)).toBeLessThan(-90);
  });
});

test('what 48 kHz cannot hold does not come back as something else', () => {
  const found = resampled(96_000, tone(30_000));
  const power = found.reduce((sum, { value }) => sum + value ** 2, 0) / found.length;
  expect(10 * Math.log10(power / 0.125)).toBeLessThan(-90);
});

test('channels are what was written, those that are not there silence, however long and in whatever pieces', () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(pieces, (lengths) => {
      const resampler = new Resampler(48_000, 2, 1000);
      let at = 1000;
      for (const length of lengths) {
        resampler.write([Float32Array.from({ length }, (_, index) => Math.sin((at + index) / 50))], length);
        at += length;
        resampler.forget(at - 3000);
      }
      expect(resampler.end).toBe(at);
      const from = at - resampler.reachSamples - 100;
      if (from < 1000 + resampler.reachSamples) return;
      const out = new Float32Array(50);
      resampler.read(0, from, 1, out);
      for (const [index, value] of out.entries()) expect(value).toBeCloseTo(Math.sin((from + index) / 50), 4);
      resampler.read(1, from, 1, out);
      expect([...out]).toEqual(Array.from({ length: 50 }, () => 0));
    }),
    { numRuns: 50 },
  );
});
