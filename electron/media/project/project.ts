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

/** One media file with one player in it. */
export interface ProjectMedia {
  /** Absolute path, as the system that wrote it spells it. */
  readonly path: string;
  /** From the project file's folder, with forward slashes. */
  readonly relativePath: string;
  readonly player: string;
  /** Counts through the colours of players, from 0. */
  readonly colourIndex: number;
  readonly channels: number;
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
