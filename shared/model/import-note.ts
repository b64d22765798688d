import * as v from 'valibot';
import type { Infer } from '../ipc/declare.ts';

const count = v.number();
const track = v.string();
const of = <K extends string, E extends v.ObjectEntries>(kind: K, entries: E) =>
  v.object({ kind: v.literal(kind), ...entries });

/** What of an imported source could not be used and what is not as it should be; with a track, of that track. */
export const importNote = v.variant('kind', [
  of('not-ogg-opus', { names: v.string() }),
  of('not-opus-tracks', { count }),
  of('late-start', {}),
  of('cut-short', { track }),
  of('foreign-blocks', { track, count }),
  of('overlapping', { track, count }),
  of('gain-dropped', { track, gainDb: count }),
  /** `reason` is what the reader says of the first place. */
  of('damaged', { track, count, startByte: count, reason: v.string() }),
]);
export type ImportNote = Infer<typeof importNote>;
type Of<K extends ImportNote['kind']> = Extract<ImportNote, { kind: K }>;

type WithoutTrack<N> = N extends { readonly track: string } ? Omit<N, 'track'> : never;
/** What is known of a track by whoever reads it; whose it is, is said by the one who asked. */
export type TrackNote = WithoutTrack<ImportNote>;

/** The note in English: for the terminal and logs. */
export function importNoteSentence(note: ImportNote): string {
  const say = SENTENCES[note.kind] as (note: ImportNote) => string;
  return say(note);
}

const SENTENCES: { readonly [K in ImportNote['kind']]: (note: Of<K>) => string } = {
  'not-ogg-opus': ({ names }) => `Not imported, since it is not Ogg Opus: ${names}.`,
  'not-opus-tracks': ({ count: left }) =>
    `${left === 1 ? 'One audio track is' : `${left} audio tracks are`} not Opus and not imported.`,
  'late-start': () => 'Its positions begin after a day or more; the session begins at the first packet.',
  'cut-short': ({ track: name }) =>
    `${name}: The file cannot be read to its end. What comes before was taken.`,
  'foreign-blocks': ({ track: name, count: blocks }) =>
    `${name}: ${blocks} of its blocks hold no Opus packet and were left out.`,
  overlapping: ({ track: name, count: packets }) =>
    `${name}: ${packets} packets are said to overlap the one before; they follow it instead.`,
  'gain-dropped': ({ track: name, gainDb }) =>
    `${name}: It asks to be played at ${gainDb.toFixed(1)} dB; a session keeps no gain, so its packets sound as recorded.`,
  damaged: ({ track: name, count: places, startByte, reason }) =>
    `${name}: ${reason.replace(/\.$/u, '')} (byte ${startByte})${places === 1 ? '' : `, and ${places - 1} more`}. What is whole was taken.`,
};
