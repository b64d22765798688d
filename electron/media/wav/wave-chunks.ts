import type { ByteSource } from '../byte-source.ts';

/** Where a chunk's content lies. */
export interface WaveChunk {
  readonly code: string;
  readonly startByte: number;
  readonly sizeBytes: number;
}

const UNKNOWN = 0xffff_ffff;
/** A file of ours has a handful. */
const MOST_CHUNKS = 1000;

/** The chunks of a WAVE or RF64 file, headers only, and what is wrong with their sizes; empty where nothing is. */
export async function waveChunks(
  source: ByteSource,
): Promise<{ readonly chunks: readonly WaveChunk[]; readonly fault: string }> {
  const { sizeBytes } = source;
  const chunks: WaveChunk[] = [];
  const head = await viewAt(source, 0, 12);
  if (head === undefined) return { chunks, fault: 'the file is too short' };
  const magic = code(head, 0);
  if ((magic !== 'RIFF' && magic !== 'RF64') || code(head, 8) !== 'WAVE')
    return { chunks, fault: `it begins with ${magic}` };
  let riffBytes = head.getUint32(4, true);
  let dataBytes = UNKNOWN;
  let at = 12;
  while (at < sizeBytes) {
    if (chunks.length === MOST_CHUNKS) return { chunks, fault: `byte ${at}: far too many chunks` };
    const header = await viewAt(source, at, 8);
    if (header === undefined) return { chunks, fault: `byte ${at}: half a chunk header` };
    const name = code(header, 0);
    let size = header.getUint32(4, true);
    if (name === 'ds64' && magic === 'RF64' && chunks.length === 0) {
      const wide = await viewAt(source, at + 8, 28);
      if (wide === undefined) return { chunks, fault: 'half a ds64' };
      riffBytes = Number(wide.getBigUint64(0, true));
      dataBytes = Number(wide.getBigUint64(8, true));
    }
    if (name === 'data' && size === UNKNOWN) size = dataBytes;
    chunks.push({ code: name, startByte: at + 8, sizeBytes: size });
    at += 8 + size + (size % 2);
  }
  if (at !== sizeBytes) return { chunks, fault: `the last chunk ends at ${at}, the file at ${sizeBytes}` };
  if (riffBytes !== sizeBytes - 8) return { chunks, fault: `RIFF says ${riffBytes}, not ${sizeBytes - 8}` };
  return { chunks, fault: '' };
}

/** The first `bytes` of a chunk; undefined where it is shorter. */
export async function chunkFields(
  source: ByteSource,
  chunk: WaveChunk | undefined,
  bytes: number,
): Promise<DataView | undefined> {
  if (chunk === undefined || chunk.sizeBytes < bytes) return undefined;
  return viewAt(source, chunk.startByte, bytes);
}

async function viewAt(source: ByteSource, at: number, length: number): Promise<DataView | undefined> {
  const bytes = await source.read(at, length);
  if (bytes.length < length) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function code(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}
