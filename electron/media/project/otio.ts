import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { TimecodeRate } from '../../../shared/time/timecode.ts';
import { fileUrl } from './file-url.ts';
import { layOut, type FrameClip, type FrameMarker } from './frame-layout.ts';
import { plainText } from './plain-text.ts';
import type { Project } from './project.ts';

const MARKER_COLOURS = { marker: 'BLUE', slate: 'RED' } as const;

/**
 * OpenTimelineIO JSON in the schema versions of 0.15 to 0.18: later ones are refused by earlier libraries. One audio
 * track per player; media times are the files' own timecode in frames, the timeline begins at `global_start_time`.
 */
export function otio(project: Project): string {
  const { rate } = project;
  const layout = layOut(project);
  const tracks = layout.clips.map((clip) => audioTrack(clip, rate));
  const timeline = {
    OTIO_SCHEMA: 'Timeline.1',
    metadata: { Resolve_OTIO: { 'Resolve OTIO Meta Version': '1.0' } },
    name: plainText(project.title, 'Session'),
    global_start_time: rationalTime(project.startFrame, rate),
    tracks: {
      ...item('Stack.1', 'tracks', null),
      markers: layout.markers.map((one) => marker(one, rate)),
      children: tracks,
    },
  };
  return `${withFloats(JSON.stringify(timeline, undefined, 4))}\n`;
}

function audioTrack(clip: FrameClip, rate: TimecodeRate): object {
  const { media, name, startFrames, frames } = clip;
  const gap = { ...item('Gap.1', '', timeRange(0, startFrames, rate)) };
  const children = [...(startFrames > 0 ? [gap] : []), audioClip(clip, rate)];
  return {
    ...item('Track.1', name, null),
    metadata: {
      Resolve_OTIO: {
        'Audio Type': media.channels === 1 ? 'Mono' : 'Stereo',
        Locked: false,
        SoloOn: false,
      },
    },
    children: frames === 0 ? [] : children,
    kind: 'Audio',
  };
}

function audioClip({ media, name, frames }: FrameClip, rate: TimecodeRate): object {
  const reference = {
    OTIO_SCHEMA: 'ExternalReference.1',
    metadata: {},
    name: plainText(media.relativePath.split('/').at(-1) ?? '', name),
    // The last frame of a file is seldom a whole one; the schema allows that where it is true.
    available_range: timeRange(
      media.startFrame,
      (media.durationSamples * rate.timescale) / (SAMPLE_RATE * rate.frameDuration),
      rate,
    ),
    available_image_bounds: null,
    target_url: fileUrl(media.path),
  };
  return {
    ...item('Clip.2', name, timeRange(media.startFrame, frames, rate)),
    metadata: {
      Resolve_OTIO: {
        Channels: Array.from({ length: media.channels }, (_none, at) => ({
          'Source Channel ID': media.place.channel - 1 + at,
          'Source Track ID': media.place.track - 1,
        })),
      },
    },
    media_references: { DEFAULT_MEDIA: reference },
    active_media_reference_key: 'DEFAULT_MEDIA',
  };
}

/** What every item of a composition has. */
function item(schema: string, name: string, sourceRange: object | null): object {
  return {
    OTIO_SCHEMA: schema,
    metadata: {},
    name,
    source_range: sourceRange,
    effects: [],
    markers: [],
    enabled: true,
  };
}

function marker({ frames, kind, name }: FrameMarker, rate: TimecodeRate): object {
  const range = timeRange(frames, 1, rate);
  return {
    OTIO_SCHEMA: 'Marker.2',
    metadata: { Resolve_OTIO: { Keywords: [], Note: '' } },
    name,
    color: MARKER_COLOURS[kind],
    marked_range: range,
    // The name of version 1: builds after 0.18 upgrade Marker.2 as if it were that and lose the range without it.
    range,
    comment: '',
  };
}

function timeRange(startFrames: number, frames: number, rate: TimecodeRate): object {
  return {
    OTIO_SCHEMA: 'TimeRange.1',
    start_time: rationalTime(startFrames, rate),
    duration: rationalTime(frames, rate),
  };
}

/** The rate at full double precision: timecode of a truncated 29.97 is refused. */
function rationalTime(frames: number, { timescale, frameDuration }: TimecodeRate): object {
  return { OTIO_SCHEMA: 'RationalTime.1', rate: timescale / frameDuration, value: frames };
}

/** The library writes its doubles with a point. Names cannot look like these lines, a string holds no line end. */
function withFloats(json: string): string {
  return json.replace(/^( *"(?:rate|value)": -?\d+)(,?)$/gmu, '$1.0$2');
}
