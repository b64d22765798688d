import { type FileHandle, mkdir, open, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/model/errors.ts';
import { MANIFEST_FILE, type Manifest } from '../media/log/manifest.ts';
import { segmentFile } from '../media/log/segment.ts';
import type { LogChunk } from '../media/log/writer.ts';
import { fsError, isFsError } from './fs-error.ts';
import { SYSTEM_FILES } from './log-file/files.ts';
import { replaceManifest } from './log-file/replace-manifest.ts';
import { makeFolder } from './make-folder.ts';
import { LOG_FOLDER } from './read-log.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Writes a whole session folder in our log format, as samples and tests need it; nothing in it is durable before
 * `close`. An existing folder must be empty.
 */
export class SessionFolderWriter {
  readonly #folder: string;
  /** Whether the folder itself was made here. */
  readonly #isNew: boolean;
  #segment = 0;
  #handle: FileHandle | undefined;

  private constructor(folder: string, isNew: boolean) {
    this.#folder = folder;
    this.#isNew = isNew;
  }

  /** @throws AppError when the folder holds something already or cannot be made. */
  static async create(folder: string): Promise<SessionFolderWriter> {
    try {
      const isNew = await makeFolder(folder);
      if ((await readdir(folder)).length > 0) {
        throw new AppError('exists', `${folder} is not empty.`, {
          next: 'Name a folder that does not exist yet.',
        });
      }
      await mkdir(join(folder, LOG_FOLDER));
      return new SessionFolderWriter(folder, isNew);
    } catch (error) {
      if (isFsError(error) && (error.code === 'EEXIST' || error.code === 'ENOTDIR')) {
        throw new AppError('exists', `${folder} cannot be a session folder: a file is in the way.`, {
          next: 'Name a folder that does not exist yet.',
          cause: error,
        });
      }
      throw fsError(error, 'make-folder', folder);
    }
  }

  /** Appends what a LogWriter gave out, in order. */
  async write(chunks: readonly LogChunk[]): Promise<void> {
    try {
      for (const { segment, bytes, sealed } of chunks) {
        if (segment !== this.#segment) {
          this.#handle = await open(join(this.#folder, segmentFile(segment)), 'wx');
          this.#segment = segment;
        }
        await this.#handle?.writeFile(bytes);
        if (sealed) await this.#closeSegment();
      }
    } catch (error) {
      throw fsError(error, 'write', this.#folder);
    }
  }

  /** Syncs the logs, then gives the manifest its name in one step. */
  async close(manifest: Manifest): Promise<void> {
    try {
      await this.#closeSegment();
      await syncFolder(join(this.#folder, LOG_FOLDER));
      await replaceManifest(SYSTEM_FILES, this.#folder, manifest);
    } catch (error) {
      throw fsError(error, 'write', this.#folder);
    }
  }

  /** Removes what was written, and the folder if it was made here; never throws, so that a catch block can call it. */
  async discard(): Promise<void> {
    await this.#handle?.close().catch(() => undefined);
    this.#handle = undefined;
    await rm(join(this.#folder, LOG_FOLDER), { recursive: true, force: true }).catch(() => undefined);
    await rm(join(this.#folder, `${MANIFEST_FILE}.part`), { force: true }).catch(() => undefined);
    if (this.#isNew) await rmdir(this.#folder).catch(() => undefined);
  }

  async #closeSegment(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.sync();
    await handle?.close();
  }
}
