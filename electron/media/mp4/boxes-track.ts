import { MAX_U32, type ByteWriter } from '../bytes/writer.ts';
import { box, fullBox, timeField, timeVersion, unityMatrix } from './box.ts';

/** tkhd flags: the track is played, and belongs to the movie. */
const ENABLED = 1;
const IN_MOVIE = 2;
/** dref entry flag: the media data is in this same file. */
const SELF_CONTAINED = 1;

/**
 * One track: its id, and its length in the movie's timescale (ISO/IEC 14496-12 section 8.3.2).
 * alternate_group stays 0: tracks that share a group are taken for alternatives, and one would be muted.
 */
export function tkhd(
  writer: ByteWriter,
  values: {
    readonly creationMacSeconds: number;
    readonly trackId: number;
    readonly movieDuration: number;
    readonly audible: boolean;
    /** A chapter track is not: it is looked up, and never shown by itself. */
    readonly enabled: boolean;
  },
): void {
  const version = timeVersion(values.creationMacSeconds, values.movieDuration);
  fullBox(writer, 'tkhd', version, IN_MOVIE | (values.enabled ? ENABLED : 0), () => {
    timeField(writer, version, values.creationMacSeconds); // creation_time
    timeField(writer, version, values.creationMacSeconds); // modification_time
    writer.u32(values.trackId); // track_ID
    writer.u32(0); // reserved
    timeField(writer, version, values.movieDuration); // duration
    writer.zeros(8); // reserved
    writer.i16(0); // layer
    writer.i16(0); // alternate_group
    writer.u16(values.audible ? 0x100 : 0); // volume
    writer.u16(0); // reserved
    unityMatrix(writer); // matrix
    writer.u32(0); // width
    writer.u32(0); // height
  });
}

/** Which stretch of the media is played: here always one, at normal speed (ISO/IEC 14496-12 section 8.6.6). */
export function elst(writer: ByteWriter, movieDuration: number, mediaTime: number): void {
  const version = movieDuration > MAX_U32 || mediaTime > 0x7fff_ffff ? 1 : 0;
  fullBox(writer, 'elst', version, 0, () => {
    writer.u32(1); // entry_count
    timeField(writer, version, movieDuration); // segment_duration
    timeField(writer, version, mediaTime); // media_time
    writer.i16(1); // media_rate_integer
    writer.i16(0); // media_rate_fraction
  });
}

/**
 * Which tracks hold this one's timecode and its chapters (ISO/IEC 14496-12 section 8.3.3; Apple TN2174; QuickTime File
 * Format, chapter lists).
 */
export function tref(writer: ByteWriter, timecodeTrackId: number, chapterTrackId: number | undefined): void {
  box(writer, 'tref', () => {
    box(writer, 'tmcd', () => {
      writer.u32(timecodeTrackId); // track_IDs
    });
    if (chapterTrackId === undefined) return;
    box(writer, 'chap', () => {
      writer.u32(chapterTrackId); // track_IDs
    });
  });
}

/** The media of a track: its own timescale, length in it, and language (ISO/IEC 14496-12 section 8.4.2). */
export function mdhd(
  writer: ByteWriter,
  values: {
    readonly creationMacSeconds: number;
    readonly timescale: number;
    readonly duration: number;
    /** ISO 639-2/T, three small letters; `und` where it is not known. */
    readonly language: string;
  },
): void {
  const version = timeVersion(values.creationMacSeconds, values.duration);
  fullBox(writer, 'mdhd', version, 0, () => {
    timeField(writer, version, values.creationMacSeconds); // creation_time
    timeField(writer, version, values.creationMacSeconds); // modification_time
    writer.u32(values.timescale); // timescale
    timeField(writer, version, values.duration); // duration
    writer.u16(packedLanguage(values.language)); // pad, language
    writer.u16(0); // pre_defined
  });
}

/** What kind of media a track holds, and a name for people (ISO/IEC 14496-12 section 8.4.3). */
export function hdlr(writer: ByteWriter, handlerType: string, name: string): void {
  fullBox(writer, 'hdlr', 0, 0, () => {
    writer.u32(0); // pre_defined
    writer.fourcc(handlerType); // handler_type
    writer.zeros(12); // reserved
    writer.utf8(name); // name
    writer.u8(0); // its terminator
  });
}

/** Head of sound media (ISO/IEC 14496-12 section 12.2.2). */
export function smhd(writer: ByteWriter): void {
  fullBox(writer, 'smhd', 0, 0, () => {
    writer.i16(0); // balance
    writer.u16(0); // reserved
  });
}

/** Head of media that has no head of its own, as the timecode's (ISO/IEC 14496-12 section 8.4.5.2). */
export function nmhd(writer: ByteWriter): void {
  fullBox(writer, 'nmhd', 0, 0, () => undefined);
}

/** Where the media data lies: in this file (ISO/IEC 14496-12 section 8.7.2). */
export function dinf(writer: ByteWriter): void {
  box(writer, 'dinf', () => {
    fullBox(writer, 'dref', 0, 0, () => {
      writer.u32(1); // entry_count
      fullBox(writer, 'url ', 0, SELF_CONTAINED, () => undefined);
    });
  });
}

/** The track's name as editors show it: bare UTF-8 (QuickTime File Format, user data `name`). */
export function name(writer: ByteWriter, text: string): void {
  box(writer, 'name', () => {
    writer.utf8(text);
  });
}

/** Three letters, five bits each, counted from the character before `a`. */
function packedLanguage(code: string): number {
  if (!/^[a-z]{3}$/.test(code)) {
    throw new RangeError(`a language is three small letters (ISO 639-2/T), got ${JSON.stringify(code)}`);
  }
  let packed = 0;
  for (let i = 0; i < 3; i++) packed = packed * 32 + (code.charCodeAt(i) - 0x60);
  return packed;
}
