import { expect, test } from 'vitest';
import { LoudnessMeter } from '../../../electron/media/loudness/meter.ts';
import type { Loudness } from '../../../shared/model/loudness.ts';
import { runTool } from '../../support/media-tools.ts';
import { needs } from '../../support/programs.ts';
import { noise, tones } from '../../support/signals.ts';

/** Both channels the same unless two are given; handed over in blocks of uneven length. */
function measured(left: Float32Array, right: Float32Array | null = left, blockFrames = 7919): Loudness {
  const meter = new LoudnessMeter(right === null ? 1 : 2);
  for (let at = 0; at < left.length; at += blockFrames) {
    const count = Math.min(blockFrames, left.length - at);
    const block = [left, ...(right === null ? [] : [right])].map((side) => side.subarray(at, at + count));
    meter.add(block, count);
  }
  return meter.finish();
}

const levels = (...pairs: readonly (readonly [peakDbfs: number, seconds: number])[]) =>
  tones(
    pairs.map(([peakDbfs, seconds]) => ({ peakDbfs, seconds })),
    1000,
  );

test.each([
  [1, -23, levels([-23, 20])],
  [2, -33, levels([-33, 20])],
  [3, -23, levels([-36, 10], [-23, 60], [-36, 10])],
  [4, -23, levels([-72, 10], [-36, 10], [-23, 60], [-36, 10], [-72, 10])],
  [5, -23, levels([-26, 20], [-20, 20.1], [-26, 20])],
])('EBU Tech 3341 case %i reads %f LUFS', (_case, expected, signal) => {
  expect(Math.abs((measured(signal).integratedLufs ?? 0) - expected)).toBeLessThanOrEqual(0.1);
});

test('a full-scale sine of 997 Hz in one channel is -3.01 LUFS (BS.1770-4 Annex 1)', () => {
  const sine = tones([{ peakDbfs: 0, seconds: 5 }], 997);
  expect(measured(sine, null).integratedLufs).toBeCloseTo(-3.01, 2);
  expect(measured(sine, new Float32Array(sine.length)).integratedLufs).toBeCloseTo(-3.01, 2);
  expect(measured(tones([{ peakDbfs: -23, seconds: 20 }], 997)).integratedLufs).toBeCloseTo(-23, 1);
});

test.each([
  [1, 10, levels([-20, 20], [-30, 20])],
  [2, 5, levels([-20, 20], [-15, 20])],
  [3, 20, levels([-40, 20], [-20, 20])],
  [4, 15, levels([-50, 20], [-35, 20], [-20, 20], [-35, 20], [-50, 20])],
])('EBU Tech 3342 case %i has a range of %i LU', (_case, expected, signal) => {
  expect(Math.abs((measured(signal).rangeLu ?? 0) - expected)).toBeLessThanOrEqual(1);
});

test.each([
  [15, 12_000, 0, 0.5, -6],
  [16, 12_000, 45, 0.5, -6],
  [17, 8000, 60, 0.5, -6],
  [18, 6000, 67.5, 0.5, -6],
  [19, 12_000, 45, 1.41, 3],
])('EBU Tech 3341 case %i peaks between its samples', (_case, hertz, degrees, amplitude, expected) => {
  const signal = tones([{ peakDbfs: 20 * Math.log10(amplitude), seconds: 1 }], hertz, degrees);
  // Faded in and out: the onset of a tone has peaks of its own.
  signal.forEach((value, i) => {
    signal[i] = value * Math.min(1, i / 4800, (signal.length - i) / 4800);
  });
  const { truePeakDbtp } = measured(signal);
  expect(truePeakDbtp).toBeGreaterThanOrEqual(expected - 0.4);
  expect(truePeakDbtp).toBeLessThanOrEqual(expected + 0.2);
});

test('silence and what is below the gate have no loudness', () => {
  const silent = measured(new Float32Array(96_000));
  expect(silent).toEqual({
    integratedLufs: null,
    rangeLu: null,
    truePeakDbtp: null,
    maxMomentaryLufs: null,
    maxShortTermLufs: null,
  });
  expect(measured(new Float32Array(0))).toEqual(silent);
  expect(measured(levels([-80, 5])).integratedLufs).toBeNull();
  expect(measured(levels([-80, 5])).truePeakDbtp).toBeCloseTo(-80, 0);
});

test('gated silence does not count, however long', () => {
  const spoken = levels([-20, 40]);
  const withSilence = new Float32Array(spoken.length + 60 * 48_000);
  withSilence.set(spoken, 30 * 48_000);
  const [alone, within] = [measured(spoken), measured(withSilence)];
  expect(Math.abs((alone.integratedLufs ?? 0) - (within.integratedLufs ?? 0))).toBeLessThan(0.1);
});

test('a file shorter than a block counts as one, and blocks may fall anywhere', () => {
  const short = measured(levels([-10, 0.1]));
  // A tenth of a second is a quarter of the block: 6 dB less than the tone.
  expect(short.integratedLufs).toBeCloseTo(-16, 0);
  const signal = noise(200_000, 3);
  expect(measured(signal, signal, 13)).toEqual(measured(signal, signal, 48_000));
});

test('ffmpeg measures the same', needs('ffmpeg'), () => {
  for (const seed of [1, 2]) {
    const left = noise(20 * 48_000, seed);
    const right = noise(20 * 48_000, seed + 10).map((value) => 0.4 * value);
    const interleaved = Float32Array.from({ length: 2 * left.length }, (_, i) =>
      i % 2 === 0 ? (left[i >> 1] ?? 0) : (right[i >> 1] ?? 0),
    );
    const { warnings } = runTool(
      'ffmpeg',
      ['-hide_banner', '-f', 'f32le', '-ar', '48000', '-ac', '2', '-i', '-'].concat([
        '-af',
        'ebur128=peak=true',
        '-f',
        'null',
        '-',
      ]),
      Buffer.from(interleaved.buffer),
    );
    const summary = warnings.slice(warnings.lastIndexOf('Summary:'));
    const said = (pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? NaN);
    const ours = measured(left, right);
    expect(Math.abs((ours.integratedLufs ?? 0) - said(/I:\s+(\S+) LUFS/))).toBeLessThanOrEqual(0.1);
    expect(Math.abs((ours.rangeLu ?? 0) - said(/LRA:\s+(\S+) LU/))).toBeLessThanOrEqual(0.2);
    expect(Math.abs((ours.truePeakDbtp ?? 0) - said(/Peak:\s+(\S+) dBFS/))).toBeLessThanOrEqual(0.2);
  }
});
