import { AppError } from './errors.ts';

/** How players are divided among files: one each, or all of them as tracks of one. */
export type Layout = 'per-player' | 'combined';

/** All players as one stereo programme: as samples, or encoded as Opus. */
export type MixFormat = 'mix' | 'mix-m4a' | 'mix-ogg';

/** Formats of media that this version writes. */
export type WrittenFormat = 'm4a' | 'bwf' | 'mov' | 'ogg' | MixFormat;

/** What a mix-down may be encoded with, in kilobits a second. */
export const MIX_KBPS = [96, 128, 160, 192] as const;
export type MixKbps = (typeof MIX_KBPS)[number];
export const DEFAULT_MIX_KBPS: MixKbps = 128;

/** How a sample is written: integers of 16 or 24 bits or floats of 32, little-endian. */
export type PcmFormat = 's16' | 's24' | 'f32';

/** What a person has to know of a format to choose it. */
export interface MediaFormatFacts {
  readonly format: WrittenFormat;
  readonly title: string;
  /** One line: what is in the file. */
  readonly note: string;
  /** Of its files, without the dot. */
  readonly extension: string;
  readonly layouts: readonly Layout[];
}

/** Every format that is written, the one that is the point of the program first. */
export const MEDIA_FORMATS: readonly MediaFormatFacts[] = [
  {
    format: 'm4a',
    title: 'M4A, Opus',
    note: 'The recorded packets unchanged, with a timecode track.',
    extension: 'm4a',
    layouts: ['per-player', 'combined'],
  },
  {
    format: 'bwf',
    title: 'Broadcast Wave',
    note: 'Decoded samples that every editor reads, 24 bits unless chosen otherwise, with the start in bext and iXML.',
    extension: 'wav',
    layouts: ['per-player', 'combined'],
  },
  {
    format: 'mov',
    title: 'QuickTime, PCM',
    note: 'Decoded samples with a timecode track, a track for each player.',
    extension: 'mov',
    layouts: ['per-player', 'combined'],
  },
  {
    format: 'ogg',
    title: 'Ogg Opus',
    note: 'The recorded packets unchanged, for players and tools; no timecode track, the start stands in a tag.',
    extension: 'opus',
    layouts: ['per-player'],
  },
  {
    format: 'mix',
    title: 'Mix-down',
    note: 'All players in one stereo Broadcast Wave file at -16 LUFS, no true peak above -1 dBTP.',
    extension: 'wav',
    layouts: ['per-player', 'combined'],
  },
  {
    format: 'mix-m4a',
    title: 'Mix-down, M4A',
    note: 'The mix-down encoded as Opus, with a timecode track.',
    extension: 'm4a',
    layouts: ['per-player', 'combined'],
  },
  {
    format: 'mix-ogg',
    title: 'Mix-down, Ogg Opus',
    note: 'The mix-down encoded as Opus, small enough to be sent; no timecode track, the start stands in a tag.',
    extension: 'opus',
    layouts: ['per-player', 'combined'],
  },
];

/** Whether a file of this format is the mix-down of everybody. */
export function isMix(format: string): format is MixFormat {
  return format === 'mix' || isEncodedMix(format);
}

/** Whether it is one that is encoded, for which a bitrate can be chosen. */
export function isEncodedMix(format: string): format is Exclude<MixFormat, 'mix'> {
  return format === 'mix-m4a' || format === 'mix-ogg';
}

/** What is known of a format. */
export function mediaFormat(format: WrittenFormat): MediaFormatFacts {
  const facts = MEDIA_FORMATS.find((known) => known.format === format);
  if (facts === undefined) throw new RangeError(`no format ${format}`);
  return facts;
}

/**
 * The formats that were asked for, each once, in the order of `MEDIA_FORMATS`.
 * @param wanted names of formats, those of other versions among them.
 * @throws AppError('unsupported') for a choice that no writer is there for.
 */
export function writtenFormats(wanted: readonly string[], layout: Layout): readonly WrittenFormat[] {
  const known = MEDIA_FORMATS.filter(({ format }) => wanted.includes(format));
  const missing = [
    ...wanted.filter((name) => !known.some(({ format }) => format === name)),
    ...known
      .filter(({ layouts }) => !layouts.includes(layout))
      .map(({ format }) => `${format} with all players in one file`),
  ];
  if (missing.length === 0) return known.map(({ format }) => format);
  throw new AppError('unsupported', `This version cannot make ${missing.join(', ')}.`, {
    next: `It makes ${MEDIA_FORMATS.map(({ format }) => format).join(', ')}, a file for each player.`,
  });
}
