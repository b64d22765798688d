import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/model/errors.ts';
import { MAX_PACKET_BYTES } from '../media/opus/toc.ts';
import type { LogPart, PacketTable } from '../media/packet-table.ts';
import { fsError } from './fs-error.ts';

/** Large enough that the overlap of two windows, one longest packet, costs 3 %. */
const WINDOW_BYTES = 2 << 20;

/** A window of a log part held in memory: the first `filled` bytes of `buffer` are the part's from `startByte` on. */
interface Window {
  readonly part: number;
  readonly startByte: number;
  readonly buffer: Buffer;
  readonly filled: number;
}

/**
 * Reads packet payloads of one track out of its log files, in the order of its table, in windows of 2 MiB.
 * While packets are taken from one window the next is read, since a log's packets mostly follow each other.
 * The files stay open until `close`, so a log renamed meanwhile is still read.
 */
export class PayloadReader {
  readonly #folder: string;
  readonly #parts: readonly LogPart[];
  readonly #handles = new Map<string, FileHandle>();
  readonly #spare: Buffer[] = [];
  #copiedBytes = 0;
  #current: Window | undefined;
  #ahead: { part: number; startByte: number; window: Promise<Window> } | undefined;

  constructor(sessionFolder: string, parts: readonly LogPart[]) {
    this.#folder = sessionFolder;
    this.#parts = parts;
  }

  /** What the last `copy` came to. */
  get copiedBytes(): number {
    return this.#copiedBytes;
  }

  /**
   * Copies as many packets as the current window and `target` hold, from row `first` on and before `end`.
   * @returns the row after the last one copied; the bytes went to `target` from `at` on, back to back.
   * Awaits only when another window is needed. At least one packet is copied if `target` has room for it.
   */
  async copy(table: PacketTable, first: number, end: number, target: Buffer, at: number): Promise<number> {
    const window = await this.#windowFor(
      table.parts[first] ?? 0,
      table.offsetsBytes[first] ?? 0,
      table.sizesBytes[first] ?? 0,
    );
    return this.#copyFrom(window, table, first, end, target, at);
  }

  /** One packet's bytes, for reports about a single packet. */
  async packet(table: PacketTable, row: number): Promise<Uint8Array> {
    const bytes = Buffer.alloc(table.sizesBytes[row] ?? 0);
    await this.copy(table, row, row + 1, bytes, 0);
    return bytes;
  }

  async close(): Promise<void> {
    await this.#ahead?.window.catch(() => undefined);
    this.#ahead = undefined;
    this.#current = undefined;
    for (const handle of this.#handles.values()) await handle.close();
    this.#handles.clear();
  }

  async #windowFor(part: number, offsetBytes: number, sizeBytes: number): Promise<Window> {
    if (this.#current !== undefined && holds(this.#current, part, offsetBytes, sizeBytes))
      return this.#current;
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (this.#current !== undefined) this.#spare.push(this.#current.buffer);
    this.#current = undefined;
    let window: Window | undefined;
    if (ahead !== undefined) {
      window = await ahead.window;
      if (!holds(window, part, offsetBytes, sizeBytes)) {
        this.#spare.push(window.buffer);
        window = undefined;
      }
    }
    window ??= await this.#read(part, offsetBytes);
    if (!holds(window, part, offsetBytes, sizeBytes)) {
      // The table was made from this log, which held the packet then.
      const { file, baseByte } = this.#parts[part] ?? { file: `part ${part}`, baseByte: 0 };
      const endByte = baseByte + window.startByte + window.filled;
      throw new AppError(
        'unreadable',
        `${join(this.#folder, file)} became shorter while it was read: it ends at byte ${endByte}, where a packet at ${baseByte + offsetBytes} was.`,
        { next: 'Run it again.' },
      );
    }
    this.#current = window;
    const next = window.startByte + WINDOW_BYTES;
    this.#ahead = { part, startByte: next, window: this.#read(part, next) };
    // An error is thrown where the window is asked for; until then it must not count as unhandled.
    this.#ahead.window.catch(() => undefined);
    return window;
  }

  /** Windows overlap by one longest packet, so that a packet that starts in a window ends in it too. */
  async #read(part: number, startByte: number): Promise<Window> {
    const { file, baseByte } = this.#parts[part] ?? { file: '', baseByte: 0 };
    const path = join(this.#folder, file);
    try {
      let handle = this.#handles.get(path);
      if (handle === undefined) {
        handle = await open(path, 'r');
        this.#handles.set(path, handle);
      }
      const buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(WINDOW_BYTES + MAX_PACKET_BYTES);
      let filled = 0;
      for (;;) {
        const { bytesRead } = await handle.read(
          buffer,
          filled,
          buffer.length - filled,
          baseByte + startByte + filled,
        );
        filled += bytesRead;
        if (bytesRead === 0 || filled === buffer.length) break;
      }
      return { part, startByte, buffer, filled };
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
