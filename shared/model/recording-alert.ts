import * as v from 'valibot';
import type { Infer } from '../ipc/declare.ts';
import { SAMPLE_RATE } from '../time/samples.ts';
import { sizeInWords } from './size-in-words.ts';
import { trouble } from './error-detail.ts';

/** What a person looks for first of an alert. */
export const ALERT_KINDS = [
  'device-lost',
  'device-returned',
  'disk-low',
  'disk-full',
  'disk-slow',
  'disk-failed',
  'audio-lost',
  'capture-lost',
  'clock-jumped',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

const count = v.number();
const name = v.string();
const of = <K extends string, E extends v.ObjectEntries>(kind: K, entries: E) =>
  v.object({ kind: v.literal(kind), ...entries });

/** What went wrong in a recording, with the values that its sentence needs. */
export const alertCause = v.variant('kind', [
  of('device-lost', { name, label: name }),
  of('device-returned', { name, label: name }),
  of('track-unknown', { track: count }),
  of('packets-ahead', { name, count }),
  of('packets-unusable', { name, count }),
  of('packets-misplaced', { name, count }),
  of('audio-missing', { name, missingSamples: count, count }),
  of('audio-dropped', { name, droppedSamples: count }),
  of('disk-slow', { waitingSamples: count }),
  of('disk-low', { minutes: count }),
  of('disk-reserve', { freeBytes: count }),
  of('write-failed', { trouble }),
  of('manifest-failed', { trouble }),
  of('capture-lost', { silentSeconds: count }),
  of('clock-forward', { jumpSeconds: count }),
  of('clock-back', { jumpSeconds: count }),
]);
export type AlertCause = Infer<typeof alertCause>;
type Of<K extends AlertCause['kind']> = Extract<AlertCause, { kind: K }>;

export function alertKind(cause: AlertCause): AlertKind {
  switch (cause.kind) {
    case 'device-lost':
    case 'device-returned':
    case 'disk-low':
    case 'disk-slow':
    case 'capture-lost':
      return cause.kind;
    case 'disk-reserve':
      return 'disk-full';
    case 'write-failed':
      return cause.trouble.code === 'no-space' ? 'disk-full' : 'disk-failed';
    case 'manifest-failed':
      return 'disk-failed';
    case 'clock-forward':
    case 'clock-back':
      return 'clock-jumped';
    default:
      return 'audio-lost';
  }
}

/** What happened and what to do about it, in English: for the terminal and logs. */
export function alertSentence(cause: AlertCause): {
  readonly message: string;
  readonly next: string | null;
} {
  const say = SENTENCES[cause.kind] as (cause: AlertCause) => readonly [string, string?];
  const [message, next = null] = say(cause);
  return { message, next };
}

const RELOAD = 'Reload the page that records.';

const SENTENCES: { readonly [K in AlertCause['kind']]: (cause: Of<K>) => readonly [string, string?] } = {
  'device-lost': ({ name, label }) => [
    `The input of ${name} is gone: ${label}. The other tracks are still recorded.`,
    'Connect it again, or choose another input for the track.',
  ],
  'device-returned': ({ name, label }) => [
    `The input of ${name} is back: ${label}. The recording goes on in the same track.`,
  ],
  'track-unknown': ({ track }) => [
    `Audio arrived for track ${track}, which this session does not have. It is not recorded.`,
    RELOAD,
  ],
  'packets-ahead': ({ name, count }) => [
    `${packets(count)} of ${name} came with a time far ahead of the recording and cannot be placed.`,
    RELOAD,
  ],
  'packets-unusable': ({ name, count }) => [
    `${packets(count)} of ${name} could not be used: not Opus audio, or behind what was not.`,
    RELOAD,
  ],
  'packets-misplaced': ({ name, count }) => [
    `${packets(count)} of ${name} came for a time that was recorded already.`,
    'Connect the input again, or reload the page that records.',
  ],
  'audio-missing': ({ name, missingSamples, count }) => [
    `${seconds(missingSamples)} of ${name} did not arrive, in ${count} ${count === 1 ? 'place' : 'places'}. An export is silent there.`,
    'Close other programs if this goes on.',
  ],
  'audio-dropped': ({ name, droppedSamples }) => [
    `${seconds(droppedSamples)} of ${name} were lost, as the disk did not keep up.`,
    'Stop and record on a faster disk.',
  ],
  'disk-slow': ({ waitingSamples }) => [
    `The disk is slow: ${seconds(waitingSamples)} of audio wait to be written.`,
    'Close what else uses the disk. Nothing is lost yet.',
  ],
  'disk-low': ({ minutes }) => [
    `The disk is nearly full: ${minutes < 1 ? 'less than a minute' : `about ${minutes} min`} can be recorded.`,
    'Free some space now. The recording stops by itself before the disk is full.',
  ],
  'disk-reserve': ({ freeBytes }) => [
    `The disk has only ${sizeInWords(freeBytes)} left. The recording was stopped before it was full; all of it is kept.`,
    'Free some space or choose another disk, then start a new recording.',
  ],
  'write-failed': ({ trouble: { message } }) => [
    `The recording stopped. ${message}`,
    'What was shown as safe on disk is kept and can be exported. Start a new recording on another disk.',
  ],
  'manifest-failed': ({ trouble: { message } }) => [
    `session.json could not be renewed: ${message} The audio is still recorded.`,
    'Check the disk.',
  ],
  'capture-lost': ({ silentSeconds }) => [
    `No audio has arrived for ${silentSeconds} s. What came before is kept.`,
    'Open the page that records again; the recording goes on in the same session.',
  ],
  'clock-forward': ({ jumpSeconds }) => [clockMoved('forward', jumpSeconds)],
  'clock-back': ({ jumpSeconds }) => [clockMoved('back', jumpSeconds)],
};

function clockMoved(way: string, jumpSeconds: number): string {
  return `The computer's clock went ${way} by ${jumpSeconds} s. The recording is not affected: its times count from its start.`;
}

function packets(count: number): string {
  return `${count} ${count === 1 ? 'packet' : 'packets'}`;
}

function seconds(samples: number): string {
  return `${(samples / SAMPLE_RATE).toFixed(samples < SAMPLE_RATE ? 2 : 1)} s`;
}
