import type { MovieFinding } from '../../../shared/model/verify-report.ts';
import { ByteReader } from '../bytes/reader.ts';
import type { ByteSource } from '../byte-source.ts';
import { type Box, childrenOf, findBox, fullBox, ReadContext, tooShort } from './read-boxes.ts';
import { type ByteRange, loadFragment, readLayout } from './read-file.ts';
import { readFragmentIndex, type TrackFragmentIndex } from './read-fragment-index.ts';
import { FragmentReader } from './read-fragments.ts';
import { type MetadataItem, readMetadata } from './read-metadata.ts';
import { withStartFrame } from './read-timecode.ts';
import { type OpenTrack, readTrack, type Track } from './read-track.ts';

/** More tracks than any recording has; each costs objects, a byte of the file does not. */
const MAX_TRACKS = 1024;

/** Seconds from 1904, where movie times begin, to 1970. */
const EPOCH_SECONDS = 2_082_844_800;

/** What an MP4 or MOV file says about itself. */
export interface Movie {
  readonly sizeBytes: number;
  /** `ftyp`; undefined in old QuickTime files. */
  readonly brands: { readonly major: string; readonly compatible: readonly string[] } | undefined;
  /** Samples may lie in fragments (`mvex`). */
  readonly fragmented: boolean;
  readonly moov: ByteRange;
  /** Contents of the `mdat` boxes, headers left out. */
  readonly mdats: readonly ByteRange[];
  /** Places of the `moof` boxes. */
  readonly moofs: readonly ByteRange[];
  /** Where they are by the index at the end of the file, if it has one (`mfra`). */
  readonly fragmentIndex: readonly TrackFragmentIndex[] | undefined;
  readonly timescale: number;
  /** `mvhd` duration, or that of `mehd`, in the movie's timescale. */
  readonly durationTicks: number;
  /** Unix seconds; undefined when the file does not say. */
  readonly creationSeconds: number | undefined;
  readonly tracks: readonly Track[];
  readonly metadata: readonly MetadataItem[];
  readonly findings: readonly MovieFinding[];
}

/**
 * Reads the structure of an MP4 or MOV file, progressive or fragmented, by anyone: everything but the media
 * itself. Damage becomes findings, and what is around it is used. Memory follows the size of the tables that
 * are really in the file.
 * @throws AppError `unreadable` when it is no such file, or its index is missing.
 */
export async function readMovie(source: ByteSource): Promise<Movie> {
  const context = new ReadContext(source.sizeBytes);
  const layout = await readLayout(source, context);
  const { moov } = layout;
  const boxes = childrenOf(moov, context);
  const mvex = findBox(boxes, 'mvex');
  const header = readMovieHeader(findBox(boxes, 'mvhd'), context);
  const mehd = findBox(childrenOf(mvex, context), 'mehd');

  const opened = readTracks(boxes, context);
  let tracks: readonly Track[] = opened.map(({ track }) => track);
  if (mvex !== undefined) {
    const fragments = new FragmentReader(opened, mvex, context);
    for (const range of layout.moofs) {
      const moof = await loadFragment(source, range, context);
      if (moof !== undefined) fragments.add(moof);
    }
    tracks = fragments.finish();
  }
  return {
    sizeBytes: source.sizeBytes,
    brands: readBrands(layout.ftyp),
    fragmented: mvex !== undefined,
    moov: { startByte: moov.startByte, endByte: moov.endByte },
    mdats: layout.mdats,
    moofs: layout.moofs,
    fragmentIndex: layout.mfra === undefined ? undefined : readFragmentIndex(layout.mfra, context),
    ...header,
    durationTicks: header.durationTicks || readFragmentDuration(mehd),
    tracks: await Promise.all(
      tracks.map(async (track) =>
        track.timecode === undefined
          ? track
          : { ...track, timecode: await withStartFrame(track.timecode, track.samples, source) },
      ),
    ),
    metadata: readMetadata(findBox(boxes, 'udta'), context),
    findings: context.findings(),
  };
}

function readTracks(boxes: readonly Box[], context: ReadContext): readonly OpenTrack[] {
  const traks = boxes.filter((box) => box.type === 'trak');
  const extra = traks[MAX_TRACKS];
  if (extra !== undefined) {
    const reason = `${traks.length} tracks; only the first ${MAX_TRACKS} are read`;
    context.find('bad-box', extra.startByte, extra.endByte, reason);
  }
  const ids = new Set<number>();
  const opened: OpenTrack[] = [];
  for (const trak of traks.slice(0, MAX_TRACKS)) {
    const open = readTrack(trak, context);
    if (ids.has(open.track.id)) {
      const reason = `a second track with id ${open.track.id}; it is left out`;
      context.find('bad-box', trak.startByte, trak.endByte, reason);
    } else opened.push(open);
    ids.add(open.track.id);
  }
  return opened;
}

/** `ftyp` (ISO/IEC 14496-12 section 4.3). */
function readBrands(box: Box | undefined): Movie['brands'] {
  if (box === undefined) return undefined;
  const reader = new ByteReader(box.body);
  const major = reader.fourcc();
  reader.skip(4);
  const compatible: string[] = [];
  while (reader.remaining >= 4) compatible.push(reader.fourcc());
  return { major, compatible };
}

/** `mvhd` (section 8.2.2). */
function readMovieHeader(
  box: Box | undefined,
  context: ReadContext,
): Pick<Movie, 'timescale' | 'durationTicks' | 'creationSeconds'> {
  if (box === undefined) return { timescale: 0, durationTicks: 0, creationSeconds: undefined };
  const { version, reader } = fullBox(box);
  const wide = version === 1;
  const created = wide ? reader.u64() : reader.u32();
  reader.skip(wide ? 8 : 4);
  const timescale = reader.u32();
  const durationTicks = wide ? reader.u64() : reader.u32();
  if (reader.overran) tooShort(box, context);
  return { timescale, durationTicks, creationSeconds: created === 0 ? undefined : created - EPOCH_SECONDS };
}

/** `mehd` (section 8.8.2). */
function readFragmentDuration(box: Box | undefined): number {
  if (box === undefined) return 0;
  const { version, reader } = fullBox(box);
  return version === 1 ? reader.u64() : reader.u32();
}
