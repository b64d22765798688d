import * as v from 'valibot';
import type { Infer } from '../ipc/declare.ts';
import { trouble } from './error-detail.ts';
import { importNote, importNoteSentence } from './import-note.ts';

const path = v.string();
const title = v.string();
const of = <K extends string, E extends v.ObjectEntries>(kind: K, entries: E) =>
  v.object({ kind: v.literal(kind), ...entries });

/** What a person should know of the library before they go on, with the values that its sentence needs. */
export const libraryNotice = v.variant('kind', [
  of('catalog-renewed', {}),
  of('catalog-set-aside', { path }),
  of('catalog-read-only', { path }),
  of('library-read-only', { path }),
  of('settings-reset', { path }),
  of('same-recording', { title, other: title }),
  of('session-recovered', { title }),
  of('session-imported', { title, note: importNote }),
  of('trash-failed', { title, trouble }),
  /** Of exports that the library brought along. */
  of('exports-held', { batches: v.array(v.object({ title, folder: path })) }),
  of('exports-unkept', {}),
]);
export type LibraryNotice = Infer<typeof libraryNotice>;
type Of<K extends LibraryNotice['kind']> = Extract<LibraryNotice, { kind: K }>;

/** The notice in English: for the terminal and logs. */
export function noticeSentence(notice: LibraryNotice): string {
  const say = SENTENCES[notice.kind] as (notice: LibraryNotice) => string;
  return say(notice);
}

const SENTENCES: { readonly [K in LibraryNotice['kind']]: (notice: Of<K>) => string } = {
  'catalog-renewed': () => 'The catalog was damaged and was made anew from the session folders.',
  'catalog-set-aside': ({ path: aside }) =>
    `The catalog was damaged and is made anew from the session folders. The old one is kept as ${aside}.`,
  'catalog-read-only': ({ path: catalog }) =>
    `${catalog} cannot be written to: the list is made anew each time.`,
  'library-read-only': ({ path: folder }) =>
    `${folder} cannot be written to: its list is made anew each time, and changes and exports are not kept.`,
  'settings-reset': ({ path: aside }) =>
    `The settings could not be read and are back at their defaults. The old file is kept as ${aside}.`,
  'same-recording': ({ title: came, other }) =>
    `"${came}" has the same recording as "${other}"; both are kept in the library.`,
  'session-recovered': ({ title: found }) =>
    `"${found}" was not closed when it was recorded; its audio was recovered.`,
  'session-imported': ({ title: came, note }) => `"${came}": ${importNoteSentence(note)}`,
  'trash-failed': ({ title: kept, trouble: { message } }) =>
    `"${kept}" could not be moved to the trash. ${message}`,
  'exports-held': ({ batches }) => {
    const titles = batches.map(({ title: called, folder }) => `"${called}" to ${folder}`).join(', ');
    return `Exports that this library brought along were not begun here and wait: ${titles}. Let them run under Exports, or cancel them.`;
  },
  'exports-unkept': () =>
    'What became of exports cannot be written down, so the next start may make some files again. Check the disk of the library.',
};
