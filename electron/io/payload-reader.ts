import { join } from 'node:path';
import { AppError } from '../../shared/model/errors.ts';
import { MAX_PACKET_BYTES } from '../media/opus/toc.ts';
import type { LogPart, PacketTable } from '../media/packet-table.ts';
import { readAt } from './direct-io.ts';
import { fsError } from './fs-error.ts';

const { closeSync, openSync } = process.getBuiltinModule('node:fs');

/** What is read and copied stays in the processor's cache. */
const WINDOW_BYTES = Math.max(256 << 10, MAX_PACKET_BYTES);

/** A window of a log part held in memory: the first `filled` bytes of `buffer` are the part's from `startByte` on. */
interface Window {
  readonly part: number;
  readonly startByte: number;
  readonly buffer: Buffer;
  readonly filled: number;
}

/**
 * Reads packet payloads of one track out of its log files, in the order of its table, in windows of 256 KiB, on the
 * calling thread. The files stay open until `close`, so a log renamed meanwhile is still read.
 */
export class PayloadReader {
  readonly #folder: string;
  readonly #parts: readonly LogPart[];
  /** Descriptors of the open files by their paths. */
  readonly #open = new Map<string, number>();
  readonly #buffer = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  #copiedBytes = 0;
  #window: Window = { part: -1, startByte: 0, buffer: this.#buffer, filled: 0 };

  constructor(sessionFolder: string, parts: readonly LogPart[]) {
    this.#folder = sessionFolder;
    this.#parts = parts;
  }

  /** What the last `copy` came to. */
  get copiedBytes(): number {
    return this.#copiedBytes;
  }

  /**
   * Copies as many packets as the current window and `target` hold, from row `first` on and before `end`; at least
   * one if `target` has room for it.
   * @returns the row after the last one copied; the bytes went to `target` from `at` on, back to back.
   * @throws AppError when the log cannot be read or became shorter.
   */
  copy(table: PacketTable, first: number, end: number, target: Buffer, at: number): number {
    const window = this.#windowFor(
      table.parts[first] ?? 0,
      table.offsetsBytes[first] ?? 0,
      table.sizesBytes[first] ?? 0,
    );
    return this.#copyFrom(window, table, first, end, target, at);
  }

  /** One packet's bytes, for reports about a single packet. */
  packet(table: PacketTable, row: number): Uint8Array {
    const bytes = Buffer.alloc(table.sizesBytes[row] ?? 0);
    this.copy(table, row, row + 1, bytes, 0);
    return bytes;
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }

  /** The window that holds a packet; a new one begins with it. */
  #windowFor(part: number, offsetBytes: number, sizeBytes: number): Window {
    if (holds(this.#window, part, offsetBytes, sizeBytes)) return this.#window;
    this.#window = this.#read(part, offsetBytes);
    if (holds(this.#window, part, offsetBytes, sizeBytes)) return this.#window;
    // The table was made from this log, which held the packet then.
    const { file, baseByte } = this.#parts[part] ?? { file: `part ${part}`, baseByte: 0 };
    const endByte = baseByte + offsetBytes + this.#window.filled;
    throw new AppError(
      'unreadable',
      `${join(this.#folder, file)} became shorter while it was read: it ends at byte ${endByte}, where a packet at ${baseByte + offsetBytes} was.`,
      { next: 'Run it again.' },
    );
  }

  #read(part: number, startByte: number): Window {
    const { file, baseByte } = this.#parts[part] ?? { file: '', baseByte: 0 };
    const path = join(this.#folder, file);
    try {
      let fd = this.#open.get(path);
      if (fd === undefined) {
        fd = openSync(path, 'r');
        this.#open.set(path, fd);
      }
      const filled = readAt(fd, this.#buffer, baseByte + startByte);
      return { part, startByte, buffer: this.#buffer, filled };
    } catch (error) {
      throw fsError(error, 'read', path);
    }
  }

  /** The inner loop of every export: neighbours in the log are copied in one piece, nothing is allocated. */
  #copyFrom(
    window: Window,
    table: PacketTable,
    first: number,
    end: number,
    target: Buffer,
    at: number,
  ): number {
    const { part, startByte, buffer } = window;
    const { parts, offsetsBytes, sizesBytes } = table;
    const limit = startByte + window.filled;
    let row = first;
    let to = at;
    while (row < end) {
      const from = offsetsBytes[row] ?? 0;
      if (parts[row] !== part || from < startByte) break;
      const stretchFirst = row;
      const stretchLimit = Math.min(limit, from + target.length - to);
      let stop = from;
      while (row < end && offsetsBytes[row] === stop && parts[row] === part) {
        const next = stop + (sizesBytes[row] ?? 0);
        if (next > stretchLimit) break;
        stop = next;
        row++;
      }
      if (row === stretchFirst) break;
      buffer.copy(target, to, from - startByte, stop - startByte);
      to += stop - from;
    }
    this.#copiedBytes = to - at;
    return row;
  }
}

function holds(window: Window, part: number, offsetBytes: number, sizeBytes: number): boolean {
  return (
    window.part === part &&
    offsetBytes >= window.startByte &&
    offsetBytes + sizeBytes <= window.startByte + window.filled
  );
}
