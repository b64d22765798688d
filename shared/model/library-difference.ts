import * as v from 'valibot';
import type { Infer } from '../ipc/declare.ts';
import { trouble } from './error-detail.ts';

const path = v.string();
const of = <K extends string, E extends v.ObjectEntries>(kind: K, entries: E) =>
  v.object({ kind: v.literal(kind), ...entries });

/** Where catalog, folders and exports do not agree. */
export const libraryDifference = v.variant('kind', [
  /** `fault` is what the database says. */
  of('catalog-damaged', { fault: v.string() }),
  of('session-changed', { path }),
  of('session-unreadable', { trouble }),
  of('session-unlisted', { path }),
  of('export-gone', { path, title: v.string() }),
]);
export type LibraryDifference = Infer<typeof libraryDifference>;
