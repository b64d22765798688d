import * as v from 'valibot';
import { marker } from '../../../shared/ipc/contract/library.ts';
import {
  colorIndex,
  notes,
  offsetFrames,
  path,
  playerName,
  rate,
  sessionId,
  tag,
  title,
  zone,
} from '../../../shared/ipc/contract/values.ts';

const FORMAT = 'tailslate-annotations';
const VERSION = 1;

/** A field that makes no sense counts as absent, and stays in the file. */
const field = <S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined);

const Annotations = v.object({
  /** Set where the session goes by another id than its logs state: a second copy of a folder. */
  sessionId: field(sessionId),
  /** In documents of `.tailslate/linked` only: where the session lies. */
  place: field(v.picklist(['library', 'linked'])),
  folder: field(path),
  title: field(title),
  notes: field(notes),
  tags: field(v.array(tag)),
  /** By player id. */
  players: field(v.record(v.string(), v.object({ name: field(playerName), colorIndex: field(colorIndex) }))),
  /** By marker id: a marker that was added or changed, or null for one that was removed. */
  markers: field(v.record(v.string(), v.nullable(v.omit(marker, ['markerId'])))),
  timecode: field(v.object({ rate, zone, offsetFrames })),
});

/** What people said about a session, beside what its logs say. */
export type Annotations = v.InferOutput<typeof Annotations>;

/** A document as it stands in a file: what is understood of it, and everything else that is in it. */
export interface AnnotationDocument {
  readonly annotations: Annotations;
  readonly raw: Readonly<Record<string, unknown>>;
  /** A newer version wrote it: it is read, but not written back. */
  readonly newer: boolean;
}

export const NO_ANNOTATIONS: AnnotationDocument = { annotations: {}, raw: {}, newer: false };

/** Reads a document; undefined for bytes that are none. */
export function parseAnnotations(bytes: Uint8Array): AnnotationDocument | undefined {
  const raw = parseJson(new TextDecoder().decode(bytes));
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined;
  const fields = { ...raw } as Record<string, unknown>;
  if (fields['format'] !== FORMAT) return undefined;
  const version = fields['version'];
  const annotations = v.parse(Annotations, fields);
  return { annotations, raw: fields, newer: typeof version !== 'number' || version > VERSION };
}

/** The document with these fields changed; undefined takes a field out. Fields nobody knows stay as they are. */
export function withChanges(document: AnnotationDocument, changes: Partial<Annotations>): AnnotationDocument {
  const annotations = { ...document.annotations, ...changes };
  return { annotations, raw: { ...document.raw, ...changes }, newer: document.newer };
}

/** The text of the file. */
export function serialiseAnnotations({ raw }: AnnotationDocument): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...raw }, undefined, 2)}\n`;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
