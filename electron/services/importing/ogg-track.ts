import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { isDamage } from '../../../shared/model/finding.ts';
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
    throw new AppError('unsupported', `${name} is larger than 1 GiB.`, {
      next: 'Cut it into shorter files.',
    });
  }
  const ogg = readOggOpus(await readWholeFile(path), name);
  if (ogg.packets.length === 0) throw noOpus(name);
  return ogg;
}

function noOpus(name: string): AppError {
  return new AppError('unreadable', `${name} holds no Opus audio that can be read.`, {
    next: 'Choose Ogg files with Opus in mono or stereo; Vorbis and FLAC are not Opus.',
  });
}

function importedTrack({ head, packets, positionsSamples, findings }: OggOpus): ImportedTrack {
  const notes: string[] = [];
  const damage = findings.filter(isDamage);
  const [first] = damage;
  if (first !== undefined) {
    const others = damage.length === 1 ? '' : `, and ${damage.length - 1} more`;
    notes.push(
      `${first.reason.replace(/\.$/u, '')} (byte ${first.startByte})${others}. What is whole was taken.`,
    );
  }
  if (head !== undefined && head.outputGain !== 0) {
    const decibels = (head.outputGain / 256).toFixed(1);
    notes.push(
      `It asks to be played at ${decibels} dB; a session keeps no gain, so its packets sound as recorded.`,
    );
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
