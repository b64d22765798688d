import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { TimecodeRate, TimecodeRateId } from '../../../shared/time/timecode.ts';
import { fileUrl } from './file-url.ts';
import { layOut, type FrameClip, type FrameLayout } from './frame-layout.ts';
import { plainText } from './plain-text.ts';
import { filesOf, type Project, type ProjectMedia } from './project.ts';
import { child, xmlDocument, xmlText, type XmlElement } from './xml-document.ts';

/** The oldest that has `media-rep`; what reads a later one reads it too. */
const VERSION = '1.9';

/** Ids of the resources. */
const TIMELINE_FORMAT = 'r1';
const AUDIO_FORMAT = 'r2';
const MULTICAM = 'm1';

/** What Final Cut Pro calls its formats of these rates; it has none of 48. */
const FORMAT_NAMES: Readonly<Partial<Record<TimecodeRateId, string>>> = {
  '23.976': 'FFVideoFormat1080p2398',
  '24': 'FFVideoFormat1080p24',
  '25': 'FFVideoFormat1080p25',
  '29.97df': 'FFVideoFormat1080p2997',
  '29.97ndf': 'FFVideoFormat1080p2997',
  '30': 'FFVideoFormat1080p30',
  '50': 'FFVideoFormat1080p50',
  '59.94df': 'FFVideoFormat1080p5994',
  '59.94ndf': 'FFVideoFormat1080p5994',
  '60': 'FFVideoFormat1080p60',
};

/**
 * Final Cut Pro XML: an event with a multicam clip of all players, and a project whose timeline has each player as a
 * connected clip on a lane of its own. All times are whole frames. Elements and attributes: FCPXML DTD 1.9; what it
 * leaves open is Apple's "Describing final cut items": children of the spine are placed from `tcStart` on, and what
 * is anchored to a clip lives in that clip's own time, which here is made the same by letting the gap start there.
 * Of a file with several players, each has an `audio` element that names its track and channels.
 */
export function fcpxml(project: Project): string {
  const { rate } = project;
  const layout = layOut(project);
  const title = plainText(project.title, 'Session');
  const root = xmlDocument('fcpxml', { version: VERSION });

  const resources = child(root, 'resources');
  const formatName = FORMAT_NAMES[rate.id];
  child(resources, 'format', {
    id: TIMELINE_FORMAT,
    ...(formatName !== undefined && { name: formatName }),
    frameDuration: frameDuration(rate),
    width: '1920',
    height: '1080',
    colorSpace: '1-1-1 (Rec. 709)',
  });
  child(resources, 'format', { id: AUDIO_FORMAT, name: 'FFVideoFormatRateUndefined' });
  const files = filesOf(project.media);
  files.forEach((media, index) => {
    const name = layout.clips.find((clip) => clip.media === media)?.name ?? '';
    asset(resources, media, isShared(media) ? title : name, index, rate);
  });
  const assets = new Map(files.map(({ path }, index) => [path, assetId(index)]));
  multicam(resources, layout, `${title} multicam`, rate, assets);

  const event = child(child(root, 'library'), 'event', { name: title });
  const browserClip = child(event, 'mc-clip', {
    name: `${title} multicam`,
    ref: MULTICAM,
    duration: time(layout.frames, rate),
  });
  layout.clips.forEach((_clip, index) => {
    child(browserClip, 'mc-source', { angleID: angleId(index), srcEnable: 'audio' });
  });
  markers(browserClip, layout, 0, rate);
  timeline(child(event, 'project', { name: title }), project, layout, assets);
  return xmlText(root);
}

/** The project: one gap over the whole length, to which everything is connected. */
function timeline(
  parent: XmlElement,
  { rate, startFrame }: Project,
  layout: FrameLayout,
  assets: AssetIds,
): void {
  const duration = time(layout.frames, rate);
  const start = time(startFrame, rate);
  const sequence = child(parent, 'sequence', {
    format: TIMELINE_FORMAT,
    duration,
    tcStart: start,
    tcFormat: tcFormat(rate),
    audioLayout: 'stereo',
    audioRate: '48k',
  });
  const gap = child(child(sequence, 'spine'), 'gap', { name: 'Gap', offset: start, start, duration });
  const roles = roleNames(layout);
  layout.clips.forEach((clip, index) => {
    if (clip.frames === 0) return;
    playerClip(gap, clip, assets, roles[index] ?? '', rate, {
      lane: String(-(index + 1)),
      offset: time(startFrame + clip.startFrames, rate),
    });
  });
  markers(gap, layout, startFrame, rate);
}

/** One angle per player; FCP's own multicams start at 0. */
function multicam(
  parent: XmlElement,
  layout: FrameLayout,
  name: string,
  rate: TimecodeRate,
  assets: AssetIds,
): void {
  const media = child(parent, 'media', { id: MULTICAM, name });
  const root = child(media, 'multicam', {
    format: TIMELINE_FORMAT,
    tcStart: '0s',
    tcFormat: tcFormat(rate),
  });
  const roles = roleNames(layout);
  layout.clips.forEach((clip, index) => {
    const angle = child(root, 'mc-angle', { name: clip.name, angleID: angleId(index) });
    if (clip.frames === 0) return;
    if (clip.startFrames > 0)
      child(angle, 'gap', { name: 'Gap', offset: '0s', duration: time(clip.startFrames, rate) });
    playerClip(angle, clip, assets, roles[index] ?? '', rate, { offset: time(clip.startFrames, rate) });
  });
}

/** A media file. `start` is its own timecode and must be exact: readers match clips and files by it. */
function asset(
  parent: XmlElement,
  media: ProjectMedia,
  name: string,
  index: number,
  rate: TimecodeRate,
): void {
  const { tracks } = media.place;
  const element = child(parent, 'asset', {
    id: assetId(index),
    name,
    start: time(media.startFrame, rate),
    duration: `${media.durationSamples}/${SAMPLE_RATE}s`,
    hasAudio: '1',
    audioSources: String(tracks.length),
    // Of one source; where they differ, the most: the attribute has room for one number.
    audioChannels: String(Math.max(...tracks)),
    audioRate: String(SAMPLE_RATE),
  });
  child(element, 'media-rep', { kind: 'original-media', src: fileUrl(media.path) });
}

function playerClip(
  parent: XmlElement,
  { media, name, frames }: FrameClip,
  assets: AssetIds,
  role: string,
  rate: TimecodeRate,
  place: Readonly<Record<string, string>>,
): void {
  const { track, channel } = media.place;
  const srcCh = Array.from({ length: media.channels }, (_none, at) => channel + at).join(', ');
  const clip = {
    ref: assets.get(media.path) ?? '',
    ...place,
    name,
    start: time(media.startFrame, rate),
    duration: time(frames, rate),
  };
  if (isShared(media)) {
    child(parent, 'audio', { ...clip, srcID: String(track), srcCh, role: `dialogue.${role}` });
    return;
  }
  const element = child(parent, 'asset-clip', { ...clip, format: AUDIO_FORMAT, audioRole: 'dialogue' });
  child(element, 'audio-channel-source', { srcCh, role: `dialogue.${role}` });
}

/** Whether others are in the file too. */
function isShared({ channels, place: { tracks } }: ProjectMedia): boolean {
  return tracks.length > 1 || tracks[0] !== channels;
}

/** Ids of files by their paths. */
type AssetIds = ReadonlyMap<string, string>;

/** @param origin frame of the parent's own time at the project's start. */
function markers(parent: XmlElement, layout: FrameLayout, origin: number, rate: TimecodeRate): void {
  for (const { frames, kind, name } of layout.markers) {
    child(parent, 'marker', {
      start: time(origin + frames, rate),
      duration: time(1, rate),
      value: name,
      ...(kind === 'slate' && { note: 'Slate' }),
    });
  }
}

/** Subroles: `.` would begin another one and `?` a suffix; two players of one name must not share one. */
function roleNames({ clips }: FrameLayout): readonly string[] {
  const taken = new Set<string>();
  return clips.map(({ name }, index) => {
    const legal = plainText(name.replace(/[.?]/gu, ' '), `Player ${index + 1}`);
    let role = legal;
    for (let n = 2; taken.has(role.toLowerCase()); n++) role = `${legal} ${n}`;
    taken.add(role.toLowerCase());
    return role;
  });
}

/** Frames as seconds: a whole number, or a fraction over the rate's timescale. */
function time(frames: number, { timescale, frameDuration }: TimecodeRate): string {
  const ticks = frames * frameDuration;
  return ticks % timescale === 0 ? `${ticks / timescale}s` : `${ticks}/${timescale}s`;
}

/** As FCP itself writes it: hundredths, or 1001. */
function frameDuration({ nominalFrames, frameDuration: ticks }: TimecodeRate): string {
  return ticks === 1001 ? `1001/${nominalFrames * 1000}s` : `100/${nominalFrames * 100}s`;
}

function tcFormat({ dropFrame }: TimecodeRate): 'DF' | 'NDF' {
  return dropFrame ? 'DF' : 'NDF';
}

function assetId(index: number): string {
  return `a${index + 1}`;
}

function angleId(index: number): string {
  return `angle-${index + 1}`;
}
