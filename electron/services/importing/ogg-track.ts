import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { isDamage } from '../../../shared/model/finding.ts';
import type { TrackNote } from '../../../shared/model/import-note.ts';
import { withFileSource } from '../../io/file-source.ts';
import { fsError } from '../../io/fs-error.ts';
import { readWholeFile } from '../../io/whole-file.ts';
import { readOggOpus, type OggOpus } from '../../media/ogg/reader.ts';
import { instantOf } from './stated-start.ts';
import { trackName } from './track-names.ts';
import { usableRate, type ImportedTrack, type TrackSource } from './track-source.ts';

/** A day of stereo at a high rate; a file is held in memory while it is read. */
export const MOST_OGG_BYTES = 2 ** 30;
/** Head and tags lie at the start; tags with a picture may go beyond it and are done without. */
const DESCRIPTION_BYTES = 2 ** 18;

/** What an Ogg file says of itself, besides its packets. */
export interface OggDescription {
  readonly track: TrackSource;
  /** Its title; undefined when it has none. */
  readonly title: string | undefined;
  /** When it was recorded, if it tells the instant. */
  readonly startUnixMicros: number | null;
}

/**
 * Looks into an Ogg Opus file.
 * @param name what it is called, with its ending; an unpacked file lies under another one.
 * @throws AppError when it holds no Opus audio.
 */
export async function describeOgg(path: string, name = basename(path)): Promise<OggDescription> {
  const start = await withFileSource(path, (source) => source.read(0, DESCRIPTION_BYTES));
  const { head, tags } = readOggOpus(start, name);
  if (head === undefined) throw noOpus(name);
  const tag = tagsOf(tags?.comments ?? []);
  const title = tag('TITLE');
  return {
    title,
    startUnixMicros: instantOf(tag('CREATION_TIME')) ?? instantOf(tag('DATE')) ?? null,
    track: {
      name: trackName(name, title ?? tag('ARTIST')),
      load: async () => importedTrack(await readOgg(path, name)),
    },
  };
}

async function readOgg(path: string, name: string): Promise<OggOpus> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw fsError(error, 'read', path);
  });
  if (size > MOST_OGG_BYTES) {
    throw detailedError({ kind: 'ogg-too-large', name, mostBytes: MOST_OGG_BYTES });
  }
  const ogg = readOggOpus(await readWholeFile(path), name);
  if (ogg.packets.length === 0) throw noOpus(name);
  return ogg;
}

function noOpus(name: string): AppError {
  return detailedError({ kind: 'ogg-no-opus', name });
}

function importedTrack({ head, packets, positionsSamples, findings }: OggOpus): ImportedTrack {
  const notes: TrackNote[] = [];
  const damage = findings.filter(isDamage);
  const [first] = damage;
  if (first !== undefined) {
    const { startByte, reason } = first;
    notes.push({ kind: 'damaged', count: damage.length, startByte, reason });
  }
  if (head !== undefined && head.outputGain !== 0) {
    notes.push({ kind: 'gain-dropped', gainDb: head.outputGain / 256 });
  }
  return {
    channels: head?.channels ?? 1,
    preSkipSamples: head?.preSkipSamples ?? 0,
    inputRate: usableRate(head?.inputRate ?? 0),
    packets,
    positionsSamples,
    notes,
  };
}

/** The first comment of a name, whose case does not matter (RFC 7845 section 5.2 by way of Vorbis comments). */
function tagsOf(comments: readonly string[]): (name: string) => string | undefined {
  return (name) => {
    const found = comments.find((comment) => comment.toUpperCase().startsWith(`${name}=`));
    const value = found?.slice(name.length + 1).trim();
    return value === '' ? undefined : value;
  };
}
