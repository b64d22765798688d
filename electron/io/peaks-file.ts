import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { EMPTY_PEAK, PEAK_BLOCK_BYTES } from '../../shared/model/peaks.ts';
import {
  checkPage,
  encodeFileHeader,
  FILE_HEADER_BYTES,
  type FileHeader,
  levelStart,
  PAGE_BYTES,
  PAGE_HEADER_BYTES,
  type PageHeader,
  pageBlocks,
  pageOffset,
  parseFileHeader,
} from '../media/peaks/layout.ts';
import { fsError, isFsError } from './fs-error.ts';
import { openToRead } from './open-to-read.ts';

/** A session folder may come from anywhere: a link in it must not lead to a file of the user's. Windows has no such flag. */
const NO_LINK = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

/** A peaks file, written page by page in place. All methods throw AppErrors that name it. */
export class PeaksFile {
  readonly path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Opens a file to be read; undefined when there is none. */
  static async openToRead(path: string): Promise<PeaksFile | undefined> {
    try {
      return new PeaksFile(path, await openToRead(path));
    } catch (error) {
      if (isFsError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
      throw fsError(error, 'read', path);
    }
  }

  /** Opens a file to be read and written, and makes it where there is none. @throws what the system says. */
  static async openToWrite(path: string): Promise<PeaksFile> {
    return new PeaksFile(path, await open(path, constants.O_RDWR | constants.O_CREAT | NO_LINK));
  }

  /** The file's header; undefined unless it is whole and this player's. */
  async header(identity: Uint8Array): Promise<FileHeader | undefined> {
    const header = parseFileHeader(await this.#read(0, FILE_HEADER_BYTES));
    return header !== undefined && Buffer.compare(header.identity, identity) === 0 ? header : undefined;
  }

  async writeHeader(header: FileHeader): Promise<void> {
    await this.#write(encodeFileHeader(header), 0);
  }

  /** The header of a page whose checksum holds; `empty` for one that is all zeros, undefined for any other. */
  async page(page: number): Promise<PageHeader | 'empty' | undefined> {
    const bytes = await this.#read(pageOffset(page), PAGE_BYTES);
    if (bytes.every((byte) => byte === 0)) return 'empty';
    const header = checkPage(bytes);
    return header?.page === page ? header : undefined;
  }

  async writePage(page: number, bytes: Uint8Array): Promise<void> {
    await this.#write(bytes, pageOffset(page));
  }

  /** Cuts off what follows `pages` pages, or lengthens the file by pages that are empty. */
  async resize(pages: number): Promise<void> {
    try {
      await this.#handle.truncate(pageOffset(pages));
    } catch (error) {
      throw fsError(error, 'write', this.path);
    }
  }

  /**
   * Blocks of a level into `target`, which they fill; those of pages without audio and beyond the end are empty.
   * A page that is being rewritten meanwhile may come out half old, half new.
   */
  async blocks(level: number, firstBlock: number, target: Buffer): Promise<void> {
    const count = Math.floor(target.length / PEAK_BLOCK_BYTES);
    const perPage = pageBlocks(level);
    for (let done = 0; done < count;) {
      const page = Math.floor((firstBlock + done) / perPage);
      const from = (firstBlock + done) % perPage;
      const some = Math.min(count - done, perPage - from);
      const offset = pageOffset(page) + PAGE_HEADER_BYTES + (levelStart(level) + from) * PEAK_BLOCK_BYTES;
      const bytes = await this.#read(offset, some * PEAK_BLOCK_BYTES);
      const slice = target.subarray(done * PEAK_BLOCK_BYTES, (done + some) * PEAK_BLOCK_BYTES);
      bytes.copy(slice);
      if (await this.#isEmpty(page, slice)) fillEmpty(slice);
      done += some;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Blocks of digital silence are zeros too, so the page's header has the last word. */
  async #isEmpty(page: number, slice: Buffer): Promise<boolean> {
    if (slice.some((byte) => byte !== 0)) return false;
    const header = await this.#read(pageOffset(page), PAGE_HEADER_BYTES);
    return header.every((byte) => byte === 0);
  }

  /** What is there; where the file ends before, zeros. */
  async #read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    try {
      for (let filled = 0; filled < length;) {
        const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (error) {
      throw fsError(error, 'read', this.path);
    }
    return bytes;
  }

  async #write(bytes: Uint8Array, offset: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const left = bytes.length - done;
        const { bytesWritten } = await this.#handle.write(bytes, done, left, offset + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw fsError(error, 'write', this.path);
    }
  }
}

function fillEmpty(slice: Buffer): void {
  for (let at = 0; at < slice.length; at += PEAK_BLOCK_BYTES) {
    slice.writeInt16LE(EMPTY_PEAK.lowest, at);
    slice.writeInt16LE(EMPTY_PEAK.highest, at + 2);
    slice.writeUInt16LE(EMPTY_PEAK.rms, at + 4);
  }
}
