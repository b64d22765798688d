import { rescale, SAMPLE_RATE, type Rounding } from '../../../shared/time/samples.ts';
import type { TimecodeRate } from '../../../shared/time/timecode.ts';
import { plainText } from './plain-text.ts';
import type { Project, ProjectMarker, ProjectMedia } from './project.ts';

/** A project counted in frames from its start, for editors that know no smaller unit. */
export interface FrameLayout {
  /** Length of the timeline; at least 1, and past every clip and marker. */
  readonly frames: number;
  readonly clips: readonly FrameClip[];
  /** In order of time, no two on the same frame. */
  readonly markers: readonly FrameMarker[];
}

/** A media file on the timeline. */
export interface FrameClip {
  readonly media: ProjectMedia;
  /** The player's name in plain text. */
  readonly name: string;
  readonly startFrames: number;
  /** Whole frames that the file fills: what it holds of a last, unfinished one is not laid. 0 where it fills none. */
  readonly frames: number;
}

/** A marker on its frame. */
export interface FrameMarker {
  readonly frames: number;
  readonly kind: ProjectMarker['kind'];
  readonly name: string;
}

/**
 * Lays a project out in frames. Files begin on frames, so theirs come out exact; a clip's length is rounded down, since
 * an edit that reaches past its media is refused; a marker snaps to the nearest frame, half a frame at most.
 * Resolve drops all but one marker of a frame, so the later ones move on to the next free frame.
 * @throws RangeError for a marker or file before the project's start.
 */
export function layOut(project: Project): FrameLayout {
  const { rate } = project;
  const clips = project.media.map((media, index) => ({
    media,
    name: plainText(media.player, `Player ${index + 1}`),
    startFrames: framesAt(notBefore(media.startSamples), rate, 'nearest'),
    frames: framesAt(media.durationSamples, rate, 'floor'),
  }));
  const markers = layMarkers(project.markers, rate);
  const ends = [
    framesAt(project.durationSamples, rate, 'floor'),
    ...clips.map(({ startFrames, frames }) => startFrames + frames),
    (markers.at(-1)?.frames ?? 0) + 1,
  ];
  return { frames: Math.max(...ends), clips, markers };
}

/** A marker's name in plain text, or what it is. */
export function markerName({ kind, name }: ProjectMarker): string {
  return plainText(name, kind === 'slate' ? 'Slate' : 'Marker');
}

/** Markers in order of time. */
export function inOrder(markers: readonly ProjectMarker[]): readonly ProjectMarker[] {
  return markers.toSorted((one, other) => one.positionSamples - other.positionSamples);
}

function layMarkers(markers: readonly ProjectMarker[], rate: TimecodeRate): readonly FrameMarker[] {
  let free = 0;
  return inOrder(markers).map((marker) => {
    const frames = Math.max(free, framesAt(notBefore(marker.positionSamples), rate, 'nearest'));
    free = frames + 1;
    return { frames, kind: marker.kind, name: markerName(marker) };
  });
}

function notBefore(samples: number): number {
  if (samples < 0) throw new RangeError(`expected a time from the project's start, got ${samples} samples`);
  return samples;
}

function framesAt(samples: number, rate: TimecodeRate, rounding: Rounding): number {
  return rescale(samples, rate.timescale, SAMPLE_RATE * rate.frameDuration, rounding);
}
