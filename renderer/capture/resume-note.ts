import { SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import type { CapturePlan } from './capture-link.ts';

/** What a page has to know to go on with a recording that an earlier load of it began. */
export interface ResumeNote {
  readonly sessionId: string;
  readonly trackIds: readonly number[];
  readonly muted: readonly boolean[];
  readonly plan: CapturePlan;
  /** Session time ... */
  readonly positionSamples: number;
  /** ... at this moment, milliseconds since 1970 by the page's clock. */
  readonly atMillis: number;
}

/** Where notes are kept from one load of the page to the next. */
export type NotePlace = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'tailslate.recording';

export function saveNote(place: NotePlace, note: ResumeNote): void {
  try {
    place.setItem(KEY, JSON.stringify(note));
  } catch {
    // A browser that keeps nothing: the recording runs all the same, and only a reload cannot join it again.
  }
}

export function forgetNote(place: NotePlace): void {
  try {
    place.removeItem(KEY);
  } catch {
    // As above.
  }
}

/** The note about this session, written by this version or by none. */
export function readNote(place: NotePlace, sessionId: string): ResumeNote | undefined {
  try {
    // Only this origin's own pages write here, and what they wrote for another session is passed over.
    const note = JSON.parse(place.getItem(KEY) ?? 'null') as ResumeNote | null;
    return note?.sessionId === sessionId ? note : undefined;
  } catch {
    return undefined;
  }
}

/** Session time at a later moment. */
export function positionLater(note: ResumeNote, atMillis: number): number {
  return note.positionSamples + Math.max(0, Math.round((atMillis - note.atMillis) * SAMPLES_PER_MS));
}
