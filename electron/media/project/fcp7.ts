import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { formatLabel, framesToLabel, wrapFrames, type TimecodeRate } from '../../../shared/time/timecode.ts';
import { fileUrl } from './file-url.ts';
import { layOut, type FrameClip, type FrameLayout } from './frame-layout.ts';
import { plainText } from './plain-text.ts';
import { channelsOf, type Project } from './project.ts';
import { child, textChild, xmlDocument, xmlText, type XmlElement } from './xml-document.ts';

/**
 * Final Cut Pro 7 XML ("Final Cut Pro XML Interchange Format", version 4), which Premiere Pro imports: a sequence with
 * one audio track per player, two linked ones for stereo, and markers. All times are frames.
 */
export function fcp7(project: Project): string {
  const { rate } = project;
  const layout = layOut(project);
  const sequence = child(xmlDocument('xmeml', { version: '4' }), 'sequence', { id: 'sequence-1' });
  textChild(sequence, 'duration', layout.frames);
  rateOf(sequence, rate);
  textChild(sequence, 'name', plainText(project.title, 'Session'));
  const media = child(sequence, 'media');
  videoFormat(media, rate);
  audioTracks(child(media, 'audio'), layout, rate);
  timecode(sequence, project.startFrame, rate);
  for (const { frames, kind, name } of layout.markers) {
    const marker = child(sequence, 'marker');
    textChild(marker, 'comment', kind === 'slate' ? 'Slate' : '');
    textChild(marker, 'name', name);
    textChild(marker, 'in', frames);
    textChild(marker, 'out', -1);
  }
  return xmlText(sequence);
}

/** There is no picture, but Resolve passes over a sequence without a video format. */
function videoFormat(parent: XmlElement, rate: TimecodeRate): void {
  const format = child(child(parent, 'video'), 'format');
  const characteristics = child(format, 'samplecharacteristics');
  rateOf(characteristics, rate);
  textChild(characteristics, 'width', 1920);
  textChild(characteristics, 'height', 1080);
  textChild(characteristics, 'anamorphic', 'FALSE');
  textChild(characteristics, 'pixelaspectratio', 'square');
  textChild(characteristics, 'fielddominance', 'none');
}

/** A clip on one track: one channel of a file. */
interface ChannelClip {
  readonly clip: FrameClip;
  /** From 1; clips of the same file share it. */
  readonly file: number;
  /** Whether no clip before this one named the file. */
  readonly isFirstOfFile: boolean;
  /** From 1, of the player's own. */
  readonly channel: number;
  /** The same counted through all channels of the file. */
  readonly fileChannel: number;
  readonly track: number;
  /** The tracks of the file's other channels and this one; what is done to one is done to all. */
  readonly linkedTracks: readonly number[];
}

function audioTracks(parent: XmlElement, layout: FrameLayout, rate: TimecodeRate): void {
  textChild(parent, 'numOutputChannels', 2);
  audioCharacteristics(child(parent, 'format'), 24);
  for (const channelClip of channelClips(layout)) {
    const track = child(parent, 'track');
    if (channelClip.clip.frames > 0) clipItem(track, channelClip, rate);
    textChild(track, 'enabled', 'TRUE');
    textChild(track, 'locked', 'FALSE');
    textChild(track, 'outputchannelindex', channelClip.channel);
  }
}

function channelClips({ clips }: FrameLayout): readonly ChannelClip[] {
  let before = 0;
  const files = new Map<string, number>();
  return clips.flatMap((clip) => {
    const { path } = clip.media;
    const known = files.get(path);
    const file = known ?? files.size + 1;
    // A clip without a whole frame is not laid, so it describes no file.
    if (clip.frames > 0) files.set(path, file);
    const inFile = channelsOf(clip.media);
    const linkedTracks = inFile.map((_channel, at) => before + at + 1);
    before += inFile.length;
    return inFile.map((fileChannel, at) => ({
      clip,
      file,
      isFirstOfFile: known === undefined && at === 0,
      channel: at + 1,
      fileChannel,
      track: linkedTracks[at] ?? 0,
      linkedTracks,
    }));
  });
}

function clipItem(parent: XmlElement, channelClip: ChannelClip, rate: TimecodeRate): void {
  const { clip, file, isFirstOfFile, fileChannel, track, linkedTracks } = channelClip;
  const element = child(parent, 'clipitem', { id: `clipitem-${track}` });
  textChild(element, 'masterclipid', `masterclip-${file}`);
  textChild(element, 'name', clip.name);
  textChild(element, 'enabled', 'TRUE');
  textChild(element, 'duration', clip.frames);
  rateOf(element, rate);
  textChild(element, 'start', clip.startFrames);
  textChild(element, 'end', clip.startFrames + clip.frames);
  textChild(element, 'in', 0);
  textChild(element, 'out', clip.frames);
  const fileElement = child(element, 'file', { id: `file-${file}` });
  // A file is described where it is named first, and referred to after that.
  if (isFirstOfFile) describeFile(fileElement, clip, rate);
  const source = child(element, 'sourcetrack');
  textChild(source, 'mediatype', 'audio');
  textChild(source, 'trackindex', fileChannel);
  if (linkedTracks.length === 1) return;
  for (const linked of linkedTracks) {
    const link = child(element, 'link');
    textChild(link, 'linkclipref', `clipitem-${linked}`);
    textChild(link, 'mediatype', 'audio');
    textChild(link, 'trackindex', linked);
    textChild(link, 'clipindex', 1);
  }
}

function describeFile(parent: XmlElement, { media, name, frames }: FrameClip, rate: TimecodeRate): void {
  textChild(parent, 'name', plainText(media.relativePath.split('/').at(-1) ?? '', name));
  textChild(parent, 'pathurl', fileUrl(media.path, 'localhost'));
  rateOf(parent, rate);
  textChild(parent, 'duration', frames);
  timecode(parent, media.startFrame, rate);
  const kinds = child(parent, 'media');
  for (const channels of media.place.tracks) {
    const audio = child(kinds, 'audio');
    audioCharacteristics(audio, media.format === 'bwf' || media.format === 'mov' ? 24 : 16);
    textChild(audio, 'channelcount', channels);
  }
}

function audioCharacteristics(parent: XmlElement, depthBits: number): void {
  const characteristics = child(parent, 'samplecharacteristics');
  textChild(characteristics, 'depth', depthBits);
  textChild(characteristics, 'samplerate', SAMPLE_RATE);
}

function timecode(parent: XmlElement, frame: number, rate: TimecodeRate): void {
  const element = child(parent, 'timecode');
  rateOf(element, rate);
  textChild(element, 'string', formatLabel(framesToLabel(wrapFrames(frame, rate), rate), rate));
  textChild(element, 'frame', frame);
  textChild(element, 'displayformat', rate.dropFrame ? 'DF' : 'NDF');
}

/** `ntsc` says that `timebase` frames last 1.001 s. */
function rateOf(parent: XmlElement, { nominalFrames, frameDuration }: TimecodeRate): void {
  const element = child(parent, 'rate');
  textChild(element, 'timebase', nominalFrames);
  textChild(element, 'ntsc', frameDuration === 1001 ? 'TRUE' : 'FALSE');
}
