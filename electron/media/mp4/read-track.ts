import { ByteReader } from '../bytes/reader.ts';
import {
  type Box,
  boundedCount,
  childrenOf,
  childBoxes,
  findBox,
  fullBox,
  type ReadContext,
  tooShort,
} from './read-boxes.ts';
import { SampleGroupReader, type SampleGroups } from './read-groups.ts';
import { type MetadataItem, readMetadata, readTrackName } from './read-metadata.ts';
import type { SampleTable } from './read-samples.ts';
import { checkWithinFile, readSampleTable } from './read-tables.ts';
import { readTimecodeEntry, type TimecodeTrack } from './read-timecode.ts';

/** One entry of an edit list (ISO/IEC 14496-12 section 8.6.6). */
interface Edit {
  /** In the movie's timescale; 0 in a fragmented file means all that follows. */
  readonly durationTicks: number;
  /** In the media timescale; -1 for an empty edit. */
  readonly mediaTimeTicks: number;
  readonly rate: number;
}

/** `dOps` (Opus in ISOBMFF 1.0 section 4.3.2). */
interface OpusConfig {
  readonly channels: number;
  readonly preSkipSamples: number;
  readonly inputRate: number;
  /** In 1/256 dB. */
  readonly gain: number;
  readonly mappingFamily: number;
}

/** A track as its `trak` box describes it. */
export interface Track {
  readonly id: number;
  readonly enabled: boolean;
  readonly alternateGroup: number;
  /** Four-character code: `soun`, `vide`, `tmcd`, `text`. */
  readonly handler: string;
  readonly handlerName: string;
  /** `udta/name`, the title that editors show; empty when there is none. */
  readonly name: string;
  /** ISO 639-2 code, `und` when undetermined. */
  readonly language: string;
  readonly timescale: number;
  /** `mdhd` duration in the media timescale; 0 in most fragmented files, where `samples` know. */
  readonly durationTicks: number;
  /** `tkhd` duration in the movie's timescale. */
  readonly presentedTicks: number;
  /** Four-character code of the first sample entry: `Opus`, `mp4a`, `sowt`, `tmcd`. */
  readonly codec: string;
  readonly edits: readonly Edit[];
  /** Tracks it refers to, by type (`tmcd`, `chap`). */
  readonly references: readonly { readonly type: string; readonly trackIds: readonly number[] }[];
  readonly opus: OpusConfig | undefined;
  readonly timecode: TimecodeTrack | undefined;
  readonly metadata: readonly MetadataItem[];
  readonly groups: readonly SampleGroups[];
  readonly samples: SampleTable;
}

/** A track and, for fragments to add to, its open groups. */
export interface OpenTrack {
  readonly track: Track;
  readonly groups: SampleGroupReader;
}

/** Reads a `trak` box (ISO/IEC 14496-12 section 8.3.1). */
export function readTrack(trak: Box, context: ReadContext): OpenTrack {
  const boxes = childrenOf(trak, context);
  const mdia = childrenOf(findBox(boxes, 'mdia'), context);
  const stbl = childrenOf(findBox(childrenOf(findBox(mdia, 'minf'), context), 'stbl'), context);
  const udta = findBox(boxes, 'udta');
  const header = readTrackHeader(findBox(boxes, 'tkhd'), context);
  const handler = readHandler(findBox(mdia, 'hdlr'));
  const groups = new SampleGroupReader(context);
  groups.add(stbl, 0);
  const samples = readSampleTable(stbl, context);
  checkWithinFile(samples, `track ${header.id}`, context);
  const track: Track = {
    ...header,
    ...handler,
    ...readMediaHeader(findBox(mdia, 'mdhd'), context),
    ...readDescription(findBox(stbl, 'stsd'), context),
    name: readTrackName(udta, context),
    edits: readEdits(findBox(childrenOf(findBox(boxes, 'edts'), context), 'elst'), context),
    references: childrenOf(findBox(boxes, 'tref'), context).map(readReference),
    metadata: readMetadata(udta, context),
    groups: groups.finish(),
    samples,
  };
  return { track, groups };
}

/** `tkhd` (section 8.3.2). */
function readTrackHeader(
  box: Box | undefined,
  context: ReadContext,
): Pick<Track, 'id' | 'enabled' | 'alternateGroup' | 'presentedTicks'> {
  if (box === undefined) return { id: 0, enabled: false, alternateGroup: 0, presentedTicks: 0 };
  const { version, flags, reader } = fullBox(box);
  reader.skip(version === 1 ? 16 : 8);
  const id = reader.u32();
  reader.skip(4);
  const presentedTicks = version === 1 ? reader.u64() : reader.u32();
  reader.skip(8 + 2);
  const alternateGroup = reader.u16();
  if (reader.overran) tooShort(box, context);
  return { id, enabled: (flags & 1) !== 0, alternateGroup, presentedTicks };
}

/** `mdhd` (section 8.4.2): the language is three letters of five bits. */
function readMediaHeader(
  box: Box | undefined,
  context: ReadContext,
): Pick<Track, 'timescale' | 'durationTicks' | 'language'> {
  if (box === undefined) return { timescale: 0, durationTicks: 0, language: 'und' };
  const { version, reader } = fullBox(box);
  reader.skip(version === 1 ? 16 : 8);
  const timescale = reader.u32();
  const durationTicks = version === 1 ? reader.u64() : reader.u32();
  const packed = reader.u16();
  if (reader.overran) tooShort(box, context);
  const letters = [packed >> 10, packed >> 5, packed].map((bits) => (bits & 31) + 0x60);
  // Below 0x400 stand the numbered languages of old Macintosh files.
  const language = packed < 0x400 || packed === 0x7fff ? 'und' : String.fromCharCode(...letters);
  return { timescale, durationTicks, language };
}

/** `hdlr` (section 8.4.3); QuickTime writes the name with a length byte, ISO with a zero at its end. */
function readHandler(box: Box | undefined): Pick<Track, 'handler' | 'handlerName'> {
  if (box === undefined) return { handler: '', handlerName: '' };
  const { reader } = fullBox(box);
  reader.skip(4);
  const handler = reader.fourcc();
  reader.skip(12);
  const name = reader.bytes(reader.remaining);
  const text = name[0] === name.length - 1 ? name.subarray(1) : name;
  const handlerName = new ByteReader(text).text(Math.min(text.length, 1024)).replace(/\0.*$/s, '');
  return { handler, handlerName };
}

function readEdits(box: Box | undefined, context: ReadContext): readonly Edit[] {
  if (box === undefined) return [];
  const { version, reader } = fullBox(box);
  const wide = version === 1;
  const count = boundedCount(box, reader, reader.u32(), wide ? 20 : 12, context);
  const edits: Edit[] = [];
  for (let i = 0; i < count; i++) {
    const durationTicks = wide ? reader.u64() : reader.u32();
    const mediaTimeTicks = wide ? reader.i64() : reader.i32();
    edits.push({ durationTicks, mediaTimeTicks, rate: reader.i32() / 65536 });
  }
  return edits;
}

/** A child of `tref` (section 8.3.3). */
function readReference(box: Box): Track['references'][number] {
  const reader = new ByteReader(box.body);
  const trackIds: number[] = [];
  while (reader.remaining >= 4) trackIds.push(reader.u32());
  return { type: box.type, trackIds };
}

/** The first entry of `stsd` (section 8.5.2): after its header six reserved bytes and a data reference index. */
function readDescription(
  box: Box | undefined,
  context: ReadContext,
): Pick<Track, 'codec' | 'opus' | 'timecode'> {
  const entry = childrenOf(box, context, 8)[0];
  if (entry === undefined) return { codec: '', opus: undefined, timecode: undefined };
  const reader = new ByteReader(entry.body);
  reader.skip(8);
  const timecode = entry.type === 'tmcd' ? readTimecodeEntry(reader) : undefined;
  const opus = entry.type === 'Opus' ? readOpus(entry, reader, context) : undefined;
  if (entry.type === 'tmcd' && timecode === undefined) tooShort(entry, context);
  return { codec: entry.type, opus, timecode };
}

/** `Opus` sample entry with its `dOps`; QuickTime's sound descriptions 1 and 2 carry more fields before it. */
function readOpus(entry: Box, reader: ByteReader, context: ReadContext): OpusConfig | undefined {
  const version = reader.u16();
  reader.skip(18 + (version === 1 ? 16 : version === 2 ? 36 : 0));
  const start = entry.endByte - reader.remaining;
  const box = findBox(childBoxes(reader.bytes(reader.remaining), start, context), 'dOps');
  if (box === undefined) {
    context.find('bad-box', entry.startByte, entry.endByte, 'the Opus sample entry has no dOps box');
    return undefined;
  }
  const fields = new ByteReader(box.body);
  fields.skip(1);
  const channels = fields.u8();
  const preSkipSamples = fields.u16();
  const inputRate = fields.u32();
  const gain = fields.i16();
  const mappingFamily = fields.u8();
  if (fields.overran) {
    tooShort(box, context);
    return undefined;
  }
  return { channels, preSkipSamples, inputRate, gain, mappingFamily };
}
