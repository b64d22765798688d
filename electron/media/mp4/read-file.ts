import { AppError } from '../../../shared/model/errors.ts';
import { type ByteSource, ReadWindow } from '../byte-source.ts';
import { type Box, MAX_HEADER_BYTES, printable, type ReadContext, readBoxHeader } from './read-boxes.ts';
import { notAMovie } from './read-identify.ts';

/**
 * Largest `moov` read into memory. 32 tracks of eight hours in 20 ms packets need 185 MB of sample sizes; a
 * greater one is not a recording.
 */
const MAX_MOOV_BYTES = 512 * 2 ** 20;

/** Largest `moof` read into memory: a fragment covers seconds, and a minute of 32 tracks needs 2 MB. */
const MAX_MOOF_BYTES = 64 * 2 ** 20;

/** Largest index of fragments read into memory: a week of 64 tracks has 390 MB of it. */
const MAX_MFRA_BYTES = 512 * 2 ** 20;

/** Headers of neighbouring boxes come out of one read. */
const WINDOW_BYTES = 1 << 16;

/** A stretch of the file. */
export interface ByteRange {
  readonly startByte: number;
  readonly endByte: number;
}

/** The boxes of a file's top level that matter, with `moov` and `ftyp` in memory. */
export interface FileLayout {
  readonly ftyp: Box | undefined;
  readonly moov: Box;
  /** Contents of the `mdat` boxes in order. */
  readonly mdats: readonly ByteRange[];
  /** Places of the `moof` boxes in order. */
  readonly moofs: readonly ByteRange[];
  /** The index of fragments at the end. */
  readonly mfra: Box | undefined;
}

/**
 * Walks the top level of a file by reading headers only (ISO/IEC 14496-12 section 4.2), and loads `moov`.
 * @throws AppError `unreadable` when the file is of another format or has no whole `moov`.
 */
export async function readLayout(source: ByteSource, context: ReadContext): Promise<FileLayout> {
  const window = new ReadWindow(source, WINDOW_BYTES);
  const mdats: ByteRange[] = [];
  const moofs: ByteRange[] = [];
  let ftyp: Box | undefined;
  let moov: Box | undefined;
  let mfra: Box | undefined;
  let at = 0;
  while (at < source.sizeBytes) {
    const bytes = await window.read(at, MAX_HEADER_BYTES);
    const header = readBoxHeader(bytes);
    if (at === 0 && (header === undefined || !isFirstBox(header.type))) throw notAMovie(bytes);
    if (header === undefined) {
      context.find('torn-tail', at, source.sizeBytes, 'the file ends within the header of a box');
      break;
    }
    if (!context.admitBox(at)) break;
    const { type, headerBytes } = header;
    const sizeBytes = header.sizeBytes === 0 ? source.sizeBytes - at : header.sizeBytes;
    if (sizeBytes < headerBytes) {
      context.find(
        'bad-box',
        at,
        source.sizeBytes,
        `box ${printable(type)} has a size of ${sizeBytes} bytes`,
      );
      break;
    }
    const end = at + sizeBytes;
    const isTorn = end > source.sizeBytes;
    if (isTorn) {
      const reason = `box ${printable(type)} of ${sizeBytes} bytes reaches beyond the end of the file`;
      context.find('torn-tail', at, source.sizeBytes, reason);
    }
    const range = { startByte: at, endByte: Math.min(end, source.sizeBytes) };
    if (type === 'mdat') mdats.push({ ...range, startByte: at + headerBytes });
    else if (type === 'moof' && !isTorn) moofs.push(range);
    else if (type === 'mfra' && !isTorn && sizeBytes <= MAX_MFRA_BYTES) {
      mfra = await loadBox(source, range, context);
    } else if (type === 'ftyp' && ftyp === undefined && !isTorn && sizeBytes <= WINDOW_BYTES) {
      ftyp = await loadBox(source, range, context);
    } else if (type === 'moov' && !isTorn && moov === undefined) {
      if (sizeBytes > MAX_MOOV_BYTES) {
        throw new AppError(
          'unreadable',
          `the file's index (moov) claims ${sizeBytes} bytes, which no recording needs`,
          {
            next: 'The file is damaged; export it again from its session.',
          },
        );
      }
      moov = await loadBox(source, range, context);
    }
    at = end;
  }
  if (source.sizeBytes === 0) throw notAMovie(new Uint8Array(0));
  if (moov === undefined) {
    throw new AppError(
      'unreadable',
      'the file has no whole index (moov): writing or copying it was cut short',
      {
        next: 'Copy it again, or export it again from its session.',
      },
    );
  }
  return { ftyp, moov, mdats, moofs, mfra };
}

/** Reads a `moof` that the layout found; undefined, with a finding, when it is larger than any fragment. */
export async function loadFragment(
  source: ByteSource,
  range: ByteRange,
  context: ReadContext,
): Promise<Box | undefined> {
  if (range.endByte - range.startByte > MAX_MOOF_BYTES) {
    context.find('bad-box', range.startByte, range.endByte, 'a moof box is larger than any fragment needs');
    return undefined;
  }
  return loadBox(source, range, context);
}

/** A box read whole; its size was checked against the file. */
async function loadBox(
  source: ByteSource,
  { startByte, endByte }: ByteRange,
  context: ReadContext,
): Promise<Box | undefined> {
  const bytes = await source.read(startByte, endByte - startByte);
  const header = readBoxHeader(bytes.subarray(0, MAX_HEADER_BYTES));
  if (header === undefined || bytes.length < endByte - startByte) {
    context.find('torn-tail', startByte, endByte, 'the file became shorter while it was read');
    return undefined;
  }
  return { type: header.type, startByte, endByte, body: bytes.subarray(header.headerBytes) };
}

/** Boxes a file may begin with; QuickTime files of old have no `ftyp`. */
function isFirstBox(type: string): boolean {
  return ['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'styp', 'pnot', 'uuid'].includes(type);
}
