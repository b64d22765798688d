import { createReadStream, createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { detailedError } from '../../shared/model/detailed-error.ts';
import { entryDataByte, readZipDirectory, type ZipEntry } from '../media/zip/directory.ts';
import { withFileSource } from './file-source.ts';
import { fsError } from './fs-error.ts';

const STORED = 0;
const DEFLATED = 8;

/** The files of an archive. @throws AppError when it is no zip archive that can be read. */
export async function listZip(path: string): Promise<readonly ZipEntry[]> {
  const result = await withFileSource(path, readZipDirectory);
  if ('entries' in result) return result.entries;
  throw detailedError({ kind: 'zip-damaged', path, fault: result.fault });
}

/**
 * Unpacks one file of an archive to a path of the caller's choice; the name in the archive plays no part in it.
 * Never writes more than the entry states, whatever its bytes inflate to.
 * @throws AppError for what is encrypted, packed in another way, or does not match its size and checksum.
 */
export async function unzipEntry(
  path: string,
  entry: ZipEntry,
  toPath: string,
  signal: AbortSignal,
): Promise<void> {
  if (entry.encrypted) {
    throw detailedError({ kind: 'zip-password', path });
  }
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw detailedError({ kind: 'zip-method', path, name: entry.name });
  }
  const dataByte = await withFileSource(path, (source) => entryDataByte(source, entry));
  if (dataByte === undefined) throw damaged(path, entry);
  const check = new Checked(entry.sizeBytes);
  const output = createWriteStream(toPath, { flags: 'wx' });
  try {
    if (entry.packedBytes === 0) await pipeline([], check, output, { signal });
    else {
      const packed: Readable = createReadStream(path, {
        start: dataByte,
        end: dataByte + entry.packedBytes - 1,
      });
      if (entry.method === STORED) await pipeline(packed, check, output, { signal });
      else await pipeline(packed, createInflateRaw(), check, output, { signal });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TooLong || isZlibError(error)) throw damaged(path, entry);
    throw fsError(error, 'unpack', path);
  }
  if (check.bytes !== entry.sizeBytes || check.crc !== entry.crc32) {
    throw damaged(path, entry);
  }
}

class TooLong extends Error {}

/** Passes bytes on, counts and sums them up, and stops at the first byte too many. */
class Checked extends Transform {
  bytes = 0;
  crc = 0;
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    super();
    this.#mostBytes = mostBytes;
  }

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    this.bytes += chunk.length;
    this.crc = crc32(chunk, this.crc);
    if (this.bytes > this.#mostBytes) done(new TooLong());
    else done(null, chunk);
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_/u.test(String(error.code));
}

function damaged(path: string, { name }: ZipEntry): Error {
  return detailedError({ kind: 'zip-entry', path, name });
}
