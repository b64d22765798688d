import { join } from 'node:path';
import { segmentFile } from '../../media/log/segment.ts';
import type { LogChunk } from '../../media/log/writer.ts';
import { LOG_FOLDER } from '../read-log.ts';
import type { LogFiles, LogHandle } from './files.ts';
import { writeAll } from './write-all.ts';

/** A segment's file from its first byte until all of it is durable. */
interface SegmentFile {
  readonly number: number;
  readonly handle: LogHandle;
  writtenBytes: number;
  /** Holds bytes that no sync was begun for. */
  dirty: boolean;
  /** Its name is durable. */
  named: boolean;
  /** Nothing will follow. */
  sealed: boolean;
}

/**
 * The files of a log's segments. One `write` and one `sync` may run at a time, also both at once. Bytes go to the kernel
 * as they come; syncs go in the order of the segments, so nothing becomes acknowledged before what lies in front of it.
 */
export class SegmentFiles {
  readonly #folder: string;
  readonly #files: LogFiles;
  /** Segments that are not wholly durable, in order; the last may be written to. */
  readonly #open: SegmentFile[] = [];

  constructor(folder: string, files: LogFiles) {
    this.#folder = folder;
    this.#files = files;
  }

  /** Path of the segment being written, for messages. */
  get path(): string {
    return join(this.#folder, segmentFile(this.#open.at(-1)?.number ?? 1));
  }

  /** Appends what a LogWriter gave out. Rejects with what the system says, after which nothing may be written. */
  async write({ segment, bytes, sealed }: LogChunk): Promise<void> {
    let file = this.#open.at(-1);
    if (file?.number !== segment) {
      const handle = await this.#files.create(join(this.#folder, segmentFile(segment)));
      file = { number: segment, handle, writtenBytes: 0, dirty: true, named: false, sealed: false };
      this.#open.push(file);
    }
    await writeAll(file.handle, bytes, file.writtenBytes);
    file.writtenBytes += bytes.length;
    file.dirty = true;
    file.sealed = sealed;
  }

  /** Makes all durable that was written before the call. Rejects with what the system says: then it never may be called again. */
  async sync(): Promise<void> {
    for (const { file, sealed } of this.#open.map((each) => ({ file: each, sealed: each.sealed }))) {
      if (file.dirty) await this.#syncFile(file);
      if (!sealed) continue;
      this.#open.splice(this.#open.indexOf(file), 1);
      await file.handle.close();
    }
  }

  /** Lets go of all files, whatever state they are in; never rejects. */
  async close(): Promise<void> {
    for (const { handle } of this.#open.splice(0)) await handle.close().catch(() => undefined);
  }

  async #syncFile(file: SegmentFile): Promise<void> {
    file.dirty = false;
    await (file.named ? file.handle.datasync() : file.handle.sync());
    if (!file.named) await this.#files.syncFolder(join(this.#folder, LOG_FOLDER));
    file.named = true;
    if (!(await file.handle.isNamed())) throw deleted(join(this.#folder, segmentFile(file.number)));
  }
}

/** As the system would say it, had it noticed. */
function deleted(path: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(`${path} was deleted`);
  error.code = 'ENOENT';
  return error;
}
