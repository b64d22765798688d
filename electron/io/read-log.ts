import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IndexReader } from '../media/log/index-reader.ts';
import type { LogCollector } from '../media/log/collector.ts';
import { MAX_RECORD_BYTES } from '../media/log/record.ts';
import { SegmentScanner } from '../media/log/scan.ts';
import { parseSegmentHeader, type SegmentHeader, segmentNumber } from '../media/log/segment.ts';
import { readAt } from './direct-io.ts';
import { fileNamesIn } from './folder.ts';
import { fsError } from './fs-error.ts';
import { openToRead } from './open-to-read.ts';
import { scanFile } from './scan-file.ts';
import { isWholeSegment } from './whole-segment.ts';

/** Folder of a session that holds its segments. */
export const LOG_FOLDER = 'log';

/** Room for header, directory and the index of one track of a segment of usual length. */
const SCRATCH_BYTES = 512 * 1024;

/** Enough for the header of a session of some dozens of tracks. */
const USUAL_HEADER_BYTES = 4096;

/** One segment file of a session. */
export interface SegmentFile {
  /** Path within the session folder. */
  readonly file: string;
  readonly sizeBytes: number;
}

/** What lies in a session's log folder. */
export interface LogFiles {
  /** In order of their numbers. */
  readonly segments: readonly SegmentFile[];
  /** Paths of files that are named like no segment and are not read; hidden ones are not mentioned. */
  readonly unread: readonly string[];
}

/** Lists the files of a session's log. */
export async function listLog(sessionFolder: string): Promise<LogFiles> {
  const folder = join(sessionFolder, LOG_FOLDER);
  const names = await fileNamesIn(folder);
  const numbered = names
    .map((name) => ({ name, number: segmentNumber(name) }))
    .filter((entry): entry is { name: string; number: number } => entry.number !== undefined)
    .sort((a, b) => a.number - b.number);
  const segments = await Promise.all(
    numbered.map(async ({ name }) => ({
      file: `${LOG_FOLDER}/${name}`,
      sizeBytes: (await stat(join(folder, name))).size,
    })),
  );
  const unread = names
    .filter((name) => segmentNumber(name) === undefined && !name.startsWith('.'))
    .sort()
    .map((name) => `${LOG_FOLDER}/${name}`);
  return { segments, unread };
}

/** The session that most segment headers name, the first met of equals; undefined when no header can be read. */
export async function agreedSessionId(
  sessionFolder: string,
  segments: readonly SegmentFile[],
): Promise<string | undefined> {
  const votes = new Map<string, number>();
  for (const { file } of segments) {
    const sessionId = (await readHeader(join(sessionFolder, file)))?.sessionId;
    if (sessionId !== undefined) votes.set(sessionId, (votes.get(sessionId) ?? 0) + 1);
  }
  const most = Math.max(...votes.values());
  return [...votes].find(([, count]) => count === most)?.[0];
}

/** The header of a segment, undefined when it cannot be read. */
async function readHeader(path: string): Promise<SegmentHeader | undefined> {
  try {
    const handle = await openToRead(path);
    try {
      for (const most of [USUAL_HEADER_BYTES, MAX_RECORD_BYTES]) {
        const bytes = Buffer.allocUnsafe(most);
        const bytesRead = readAt(handle.fd, bytes, 0);
        const result = parseSegmentHeader(bytes.subarray(0, bytesRead));
        if (result.status === 'read') return result.header;
        if (result.status !== 'needs-more' || bytesRead < most) return undefined;
      }
      return undefined;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, 'read', path);
  }
}

export interface ReadLogOptions {
  /** Trust the indexes of sealed segments instead of checking every byte. */
  readonly useIndexes: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Reads a session's segments into a collector: by index where there is one, else from front to back. Where indexes
 * are not to be trusted, one is used when the seal's checksum of all that lies before it holds.
 */
export async function readLog(
  sessionFolder: string,
  segments: readonly SegmentFile[],
  collector: LogCollector,
  options: ReadLogOptions,
): Promise<void> {
  const scratch = new Scratch();
  for (const { file, sizeBytes } of segments) {
    options.signal?.throwIfAborted();
    const path = join(sessionFolder, file);
    const isTrusted = options.useIndexes || (await isWholeSegment(path, sizeBytes, options.signal));
    if (isTrusted && (await readIndex(path, file, sizeBytes, collector, scratch))) {
      options.onBytes?.(sizeBytes);
      continue;
    }
    await scanFile(path, new SegmentScanner(collector, file), {
      ...options,
      maxRecordBytes: MAX_RECORD_BYTES,
    });
  }
}

/** Whether the segment had an index that was whole. */
async function readIndex(
  path: string,
  file: string,
  sizeBytes: number,
  collector: LogCollector,
  scratch: Scratch,
): Promise<boolean> {
  const reader = new IndexReader(collector, file, sizeBytes);
  scratch.clear();
  try {
    const handle = await openToRead(path);
    try {
      for (let range = reader.wants; range !== undefined; range = reader.wants) {
        const bytes = scratch.take(range.endByte - range.startByte);
        reader.give(bytes.subarray(0, readAt(handle.fd, bytes, range.startByte)));
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, 'read', path);
  }
  return reader.accepted;
}

/** Memory for what is read of one segment, used again for the next: a day has a hundred, with 20 MB of indexes. */
class Scratch {
  #bytes = Buffer.alloc(0);
  #used = 0;

  /** What was taken before is no longer needed. */
  clear(): void {
    this.#used = 0;
  }

  take(bytes: number): Buffer {
    if (this.#used + bytes > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(bytes, SCRATCH_BYTES));
      this.#used = 0;
    }
    this.#used += bytes;
    return this.#bytes.subarray(this.#used - bytes, this.#used);
  }
}
