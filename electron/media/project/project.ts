import type { TimecodeRate } from '../../../shared/time/timecode.ts';

/**
 * What a project file tells an editor: which media there are, where they lie on the timeline, and the markers.
 * Times are samples from the project's start, which is the start instant of the session also where files are trimmed
 * and begin later.
 */
export interface Project {
  readonly title: string;
  readonly rate: TimecodeRate;
  /** Frames since midnight at the project's start. */
  readonly startFrame: number;
  /** The session's length from the project's start. */
  readonly durationSamples: number;
  readonly media: readonly ProjectMedia[];
  readonly markers: readonly ProjectMarker[];
}

/** A player in a media file: alone, or beside others in tracks or channels of the same file. */
export interface ProjectMedia {
  /** Absolute path, as the system that wrote it spells it. */
  readonly path: string;
  /** From the project file's folder, with forward slashes. */
  readonly relativePath: string;
  readonly player: string;
  /** Counts through the colours of players, from 0. */
  readonly colourIndex: number;
  /** The player's own. */
  readonly channels: number;
  readonly place: PlaceInFile;
  /** Where the file's first sample lies; on a frame. */
  readonly startSamples: number;
  /** The file's own start timecode, frames since midnight. */
  readonly startFrame: number;
  readonly durationSamples: number;
  readonly format: 'm4a' | 'bwf' | 'mov' | 'ogg';
}

/** A named position. */
export interface ProjectMarker {
  readonly positionSamples: number;
  readonly kind: 'marker' | 'slate';
  readonly name: string;
}

/** Where in a file a player's channels are. */
export interface PlaceInFile {
  /** Channels of each of the file's tracks, in order. */
  readonly tracks: readonly number[];
  /** Which of them, from 1. */
  readonly track: number;
  /** The player's first channel in that track, from 1. */
  readonly channel: number;
}

/** The place of a player who has a file alone. */
export function alone(channels: number): PlaceInFile {
  return { tracks: [channels], track: 1, channel: 1 };
}

/** Numbers of a player's channels, counted through all tracks of the file, from 1. */
export function channelsOf({ channels, place: { tracks, track, channel } }: ProjectMedia): readonly number[] {
  const before = tracks.slice(0, track - 1).reduce((sum, each) => sum + each, 0);
  return Array.from({ length: channels }, (_none, at) => before + channel + at);
}

/** Every file once, by the first player in it. */
export function filesOf(media: readonly ProjectMedia[]): readonly ProjectMedia[] {
  return media.filter(({ path }, index) => media.findIndex((other) => other.path === path) === index);
}
