import fc from 'fast-check';
import { alone, type Project, type ProjectMedia } from '../../../electron/media/project/project.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import {
  framesToSamples,
  labelToFrames,
  TIMECODE_RATES,
  wrapFrames,
  timecodeRate,
  type TimecodeRate,
  type TimecodeRateId,
} from '../../../shared/time/timecode.ts';

/** Names that have broken project files, and what every format must make of them. */
export const HOSTILE_NAMES = [
  'Zoë & Max <guests> "quoted" \'twice\'',
  '</asset-clip>]]>&amp;&#0;<!--',
  '👩‍👩‍👧 fam 🎙️',
  'שלום עולם',
  '\u202eمرحبا\u202c',
  '日本語の名前',
  'a.b?c|d,e;f\tg',
  'line\r\nbreak\u2028and\u0000nul\u0007bell\u0085',
  '\ud800lone\udfff',
  '\uffff\ufffe',
  '   ',
  '',
  '=HYPERLINK("http://x")',
  '`"\'',
] as const;

/** A media file whose first sample lies `frames` after the project's start. */
export function mediaAt(
  rate: TimecodeRate,
  startFrame: number,
  frames: number,
  rest: Partial<ProjectMedia> & { readonly player: string },
): ProjectMedia {
  const relativePath = rest.relativePath ?? `${rest.player}.wav`;
  return {
    path: `/Volumes/Pod/S01 Pilot/${relativePath}`,
    relativePath,
    colourIndex: 0,
    channels: 1,
    place: alone(rest.channels ?? 1),
    startSamples: framesToSamples(frames, rate, 'nearest'),
    startFrame: wrapFrames(startFrame + frames, rate),
    durationSamples: 120 * SAMPLE_RATE,
    format: 'bwf',
    ...rest,
  };
}

/** Two minutes from 10:00:00:00: one player from the start, one who came later, one in stereo. */
export function exampleProject(rateId: TimecodeRateId): Project {
  const rate = timecodeRate(rateId);
  const startFrame = labelToFrames({ hours: 10, minutes: 0, seconds: 0, frames: 0 }, rate);
  return {
    title: 'S01 Pilot',
    rate,
    startFrame,
    durationSamples: 120 * SAMPLE_RATE,
    media: [
      mediaAt(rate, startFrame, 0, { player: 'Alice', relativePath: '01 Alice.wav' }),
      mediaAt(rate, startFrame, 45, {
        player: 'Bob',
        relativePath: 'trimmed/02 Bob.m4a',
        colourIndex: 1,
        durationSamples: 5_664_777,
        format: 'm4a',
      }),
      mediaAt(rate, startFrame, 0, {
        player: 'Zoë & Max',
        relativePath: '03 Zoë & Max (guests).wav',
        colourIndex: 2,
        channels: 2,
      }),
    ],
    markers: [
      { positionSamples: 40 * SAMPLE_RATE, kind: 'marker', name: 'Zoë laughs' },
      { positionSamples: 4 * SAMPLE_RATE, kind: 'slate', name: '' },
      { positionSamples: 4 * SAMPLE_RATE + 100, kind: 'marker', name: 'Retake | "again" <1>' },
    ],
  };
}

/** Alice, the couple in stereo and Bob in one file: its channels side by side, or a track for each of them. */
export function combinedProject(rateId: TimecodeRateId, format: 'bwf' | 'mov' | 'm4a'): Project {
  const example = exampleProject(rateId);
  const { rate, startFrame } = example;
  const relativePath = `S01 Pilot.${format === 'bwf' ? 'wav' : format}`;
  const channels = [1, 2, 1];
  const firsts = [1, 2, 4];
  return {
    ...example,
    media: ['Alice', 'Zoë & Max', 'Bob'].map((player, at) =>
      mediaAt(rate, startFrame, 0, {
        player,
        relativePath,
        colourIndex: at,
        channels: channels[at] ?? 1,
        place:
          format === 'bwf'
            ? { tracks: [4], track: 1, channel: firsts[at] ?? 1 }
            : { tracks: channels, track: at + 1, channel: 1 },
        format,
      }),
    ),
  };
}

const name = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ maxLength: 30 }),
);

/** Any project an export can make: every rate, up to 30 hours, files from whole frames on. */
export const anyProject: fc.Arbitrary<Project> = fc
  .record({
    rate: fc.constantFrom(...TIMECODE_RATES),
    title: name,
    startSteps: fc.nat(100_000),
    durationSamples: fc.nat(30 * 3600 * SAMPLE_RATE),
    media: fc.array(
      fc.record({
        player: name,
        frameSteps: fc.nat(10_000),
        durationSamples: fc.nat(30 * 3600 * SAMPLE_RATE),
        channels: fc.constantFrom(1, 2),
        colourIndex: fc.nat(100),
        format: fc.constantFrom<ProjectMedia['format']>('m4a', 'bwf', 'mov', 'ogg'),
      }),
      { maxLength: 8 },
    ),
    markers: fc.array(
      fc.record({
        positionSamples: fc.oneof(fc.nat(30 * 3600 * SAMPLE_RATE), fc.nat(5000)),
        kind: fc.constantFrom<'marker' | 'slate'>('marker', 'slate'),
        name,
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ rate, title, startSteps, durationSamples, media, markers }) => {
    const startFrame = startSteps * rate.wholeFrames;
    return {
      title,
      rate,
      startFrame,
      durationSamples,
      markers,
      media: media.map(({ frameSteps, ...rest }, index) =>
        mediaAt(rate, startFrame, frameSteps * rate.wholeFrames, {
          ...rest,
          relativePath: `${index} file.${rest.format}`,
        }),
      ),
    };
  });

/** The most there is: every kind of name, 64 players, 30 hours. */
export function largeProject(rate: TimecodeRate): Project {
  const startFrame = labelToFrames({ hours: 23, minutes: 50, seconds: 0, frames: 0 }, rate);
  const named = (index: number): string => HOSTILE_NAMES[index % HOSTILE_NAMES.length] ?? '';
  const durationSamples = 30 * 3600 * SAMPLE_RATE + 17;
  return {
    title: named(1),
    rate,
    startFrame,
    durationSamples,
    media: Array.from({ length: 64 }, (_none, index) =>
      mediaAt(rate, startFrame, index * rate.wholeFrames, {
        player: named(index),
        relativePath: `${index} 日本 & é #%.wav`,
        colourIndex: index,
        channels: index % 5 === 0 ? 2 : 1,
        durationSamples: durationSamples - framesToSamples(index * rate.wholeFrames, rate, 'nearest'),
      }),
    ),
    markers: Array.from({ length: 1200 }, (_none, index) => ({
      positionSamples: index * 90 * SAMPLE_RATE - (index % 2) * 1234 * Math.min(index, 1),
      kind: index % 7 === 0 ? 'slate' : 'marker',
      name: named(index),
    })),
  };
}
