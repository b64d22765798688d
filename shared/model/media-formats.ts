import { AppError } from './errors.ts';

/** How players are divided among files: one each, or all of them as tracks of one. */
export type Layout = 'per-player' | 'combined';

/** Formats of media that this version writes. */
export type WrittenFormat = 'm4a' | 'bwf' | 'mov' | 'ogg' | 'mix';

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
];

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
export function writtenFormats(
  wanted: readonly string[],
  layout: Layout,
  fragmented: boolean,
): readonly WrittenFormat[] {
  const known = MEDIA_FORMATS.filter(({ format }) => wanted.includes(format));
  const missing = [
    ...wanted.filter((name) => !known.some(({ format }) => format === name)),
    ...known
      .filter(({ layouts }) => !layouts.includes(layout))
      .map(({ format }) => `${format} with all players in one file`),
    ...(fragmented ? ['fragmented m4a'] : []),
  ];
  if (missing.length === 0) return known.map(({ format }) => format);
  throw new AppError('unsupported', `This version cannot make ${missing.join(', ')}.`, {
    next: `It makes ${MEDIA_FORMATS.map(({ format }) => format).join(', ')}, a file for each player.`,
  });
}
