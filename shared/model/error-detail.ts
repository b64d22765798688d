import * as v from 'valibot';
import type { Infer } from '../ipc/declare.ts';
import { FILE_ACTIONS, FILE_REASONS } from './file-refusal.ts';
import { VERIFY_CHECK_NAMES } from './verify-report.ts';

/** What is wrong with an archive: `no-end` as of a download that was cut short. */
export const ZIP_FAULTS = ['no-end', 'list-beyond', 'list-long', 'list-damaged', 'sizes'] as const;
export type ZipFault = (typeof ZIP_FAULTS)[number];

const path = v.string();
const name = v.string();
const title = v.string();
const count = v.number();
const of = <K extends string, E extends v.ObjectEntries>(kind: K, entries: E) =>
  v.object({ kind: v.literal(kind), ...entries });

/**
 * Which trouble it is, with the values that its sentence needs: for whoever says it in another language than the one
 * the program writes. Units stand in the names of the values.
 */
export const errorDetail = v.variant('kind', [
  of('file-system', { action: v.picklist(FILE_ACTIONS), path, reason: v.picklist(FILE_REASONS) }),
  of('folder-gone', { path }),
  of('not-there', { path }),
  of('file-in-way', { path }),
  of('name-taken', { path }),
  of('no-room', { path, freeBytes: count, neededBytes: count }),
  of('in-use', { path, holder: name }),
  /** Of a page that may open certain folders alone. */
  of('out-of-reach', { path }),
  of('link-outside', { path }),
  of('no-file', { path }),
  // Session folders.
  of('not-a-session', { path }),
  of('logs-missing', { path }),
  of('no-folder', { path }),
  of('session-unknown', { sessionId: name }),
  of('session-recorded', { title }),
  of('session-away', { title, path }),
  of('changes-unkept', { title, path }),
  of('notes-newer', {}),
  // What comes into the library.
  of('no-session-file', { path }),
  of('holds-library', { path }),
  of('many-tracks', { title, count, most: count }),
  of('positions-too-long', { title }),
  of('changed-meanwhile', { name }),
  of('no-packets', { name }),
  of('ogg-too-large', { name, mostBytes: count }),
  of('ogg-no-opus', { name }),
  of('opus-head', { path }),
  of('matroska-no-opus', { path }),
  of('matroska-unreadable', { path }),
  of('zip-no-ogg', { path }),
  of('zip-password', { path }),
  of('zip-method', { path, name }),
  of('zip-growth', { path, name, unpackedBytes: count }),
  of('zip-damaged', { path, fault: v.picklist(ZIP_FAULTS) }),
  of('zip-entry', { path, name }),
  // Recordings.
  of('not-recording', {}),
  of('too-full', { path, freeBytes: count, reserveBytes: count }),
  // Exports.
  of('no-players', { path }),
  of('no-readable-players', { path }),
  of('too-long', { players: name, path, hours: count, mostHours: count }),
  of('mov-too-long', {}),
  of('mix-too-long', { hours: count }),
  of('project-of-mix', {}),
  of('project-of-combined', {}),
  of('nothing-recorded', {}),
  of('nothing-readable', {}),
  of('no-media', {}),
  of('players-missing', { players: name, count }),
  /** `check` is the first that failed; `found` has the figures of all, in English. */
  of('not-as-written', { path, check: v.picklist(VERIFY_CHECK_NAMES), found: v.string() }),
  of('still-recorded', {}),
  of('not-durable', { path }),
  of('disk-silent', { waitedSeconds: count }),
  of('folder-silent', { path }),
  of('cancelled-in-silence', { path }),
]);
export type ErrorDetail = Infer<typeof errorDetail>;

/** What a person is told about something that went wrong, as an AppError says it. */
export const trouble = v.object({
  code: v.pipe(v.string(), v.maxLength(40)),
  message: v.pipe(v.string(), v.maxLength(4000)),
  next: v.nullable(v.pipe(v.string(), v.maxLength(4000))),
  detail: v.exactOptional(errorDetail),
});
export type Trouble = Infer<typeof trouble>;
