import { framesToSamples, type TimecodeRate } from '../../../shared/time/timecode.ts';
import { decimalSeconds } from './decimal-seconds.ts';
import { inOrder, markerName } from './frame-layout.ts';
import { plainText } from './plain-text.ts';
import type { Project, ProjectMedia } from './project.ts';

/** The players' colours as the window shows them on dark, as 0xRRGGBB. */
const COLOURS = [0x48afc6, 0xded87b, 0xc36a81, 0xb9beff, 0x73edd6, 0xe99f66, 0x797fcb, 0x9a8421];

/** What REAPER calls the reader of a format; containers go to the one that also reads pictures. */
const SOURCES = { bwf: 'WAVE', ogg: 'OPUS', m4a: 'VIDEO', mov: 'VIDEO' } as const;

/** Marks that a track has a colour. */
const COLOUR_SET = 0x1_00_00_00;

/**
 * A REAPER project: a track per player with its file on it, and the markers. Times are seconds, so nothing is snapped;
 * the ruler starts at the session's timecode. Chunks: ReaTeam "State Chunk Definitions"; REAPER fills in what is left out.
 */
export function reaperProject(project: Project): string {
  const { rate, startFrame } = project;
  const lines = [
    '<REAPER_PROJECT 0.1 "6.80" 0',
    `  PROJOFFS ${decimalSeconds(framesToSamples(startFrame, rate, 'nearest'))} 0 0`,
    `  TIMEMODE 5 5 -1 ${ruler(rate)} 0 -1`,
    '  SAMPLERATE 48000 1 0',
    '  TEMPO 120 4 4',
    ...inOrder(project.markers).map(
      (marker, index) =>
        `  MARKER ${index + 1} ${decimalSeconds(marker.positionSamples)} ${quoted(markerName(marker))} 0`,
    ),
    ...project.media.flatMap(track),
    '>',
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function track(media: ProjectMedia, index: number): readonly string[] {
  const name = quoted(plainText(media.player, `Player ${index + 1}`));
  return [
    '  <TRACK',
    `    NAME ${name}`,
    `    PEAKCOL ${COLOUR_SET + nativeColour(media.colourIndex)}`,
    '    NCHAN 2',
    '    <ITEM',
    `      POSITION ${decimalSeconds(media.startSamples)}`,
    `      LENGTH ${decimalSeconds(media.durationSamples)}`,
    '      LOOP 0',
    `      NAME ${name}`,
    '      SOFFS 0',
    ...channelMode(media),
    `      <SOURCE ${SOURCES[media.format]}`,
    `        FILE ${quoted(plainText(media.relativePath, ''))}`,
    '      >',
    '    >',
    '  >',
  ];
}

/**
 * Which channels of the file the item plays: those of a player alone are as they are. One of them: 2 plus its number;
 * two beside each other: 66 plus the number of the first.
 */
function channelMode({ channels, place }: ProjectMedia): readonly string[] {
  if (place.tracks[0] === channels) return [];
  return [`      CHANMODE ${(channels === 1 ? 2 : 66) + place.channel}`];
}

/** Frames a second and how they count: 0 whole, 1 drop frame (known at 29.97 alone), 2 slowed by 1.001. */
function ruler({ nominalFrames, frameDuration, dropFrame }: TimecodeRate): string {
  if (dropFrame) return '30 1';
  return `${nominalFrames} ${frameDuration === 1001 ? 2 : 0}`;
}

/** Red in the lowest byte. */
function nativeColour(index: number): number {
  const rgb = COLOURS[index % COLOURS.length] ?? 0;
  return ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16);
}

/** There is no escape, but three quotes to choose from; a text with all of them loses the last. */
function quoted(text: string): string {
  const quote = ['"', "'", '`'].find((mark) => !text.includes(mark));
  return quote === undefined ? `\`${text.replaceAll('`', "'")}\`` : `${quote}${text}${quote}`;
}
