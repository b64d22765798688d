import { PEAK_BASE_SAMPLES, PEAK_FACTOR, PEAK_LEVELS } from '../../shared/model/peaks.ts';
import { AppError } from '../../shared/model/errors.ts';
import { decodePeaks } from '../../shared/ipc/peaks-answer.ts';
import type { MediaRequest } from '../../shared/ipc/media-path.ts';

/** Blocks of one request: 12 KiB. */
export const CHUNK_BLOCKS = 2048;
const FIELDS = 3;
const KEPT_CHUNKS = 3000;
const AT_ONCE = 6;
/** Peaks that are being made are asked for again this often while they are in view. */
const REFETCH_MILLIS = 700;

/** Why a player has no peaks for now. */
export type NoPeaks = 'disk-silent' | 'unreadable';

/** Fetches media of the program: bytes of what was asked for. */
export type FetchMedia = (request: MediaRequest, signal: AbortSignal) => Promise<ArrayBuffer>;

/** Blocks of one level, three numbers each: lowest, highest, root mean square (to be read as unsigned). */
export interface PeakChunk {
  readonly fields: Int16Array;
  /** Nothing more will come. */
  readonly complete: boolean;
}

/** The coarsest level with at least one block in each stretch of so many samples; the finest where none has. */
export function levelFor(samplesPerColumn: number): number {
  for (let level = PEAK_LEVELS - 1; level > 0; level -= 1) {
    if (blockSamples(level) <= samplesPerColumn) return level;
  }
  return 0;
}

export function blockSamples(level: number): number {
  return PEAK_BASE_SAMPLES * PEAK_FACTOR ** level;
}

/** Peaks of one session's players, fetched in chunks as they come into view and again while they fill in. */
export class PeakStore {
  readonly #sessionId: string;
  readonly #fetch: FetchMedia;
  readonly #after: (millis: number, run: () => void) => void;
  readonly #changed: () => void;
  readonly #chunks = new Map<string, PeakChunk>();
  /** What is to be fetched, the latest wish last and first served. */
  readonly #wanted = new Map<string, () => Promise<void>>();
  readonly #abort = new AbortController();
  #running = 0;
  #waits = false;
  readonly #stale = new Set<string>();
  readonly #failing = new Map<string, NoPeaks>();
  /** Grows with every chunk that comes in. */
  version = 0;

  constructor(options: {
    readonly sessionId: string;
    readonly fetch: FetchMedia;
    readonly after: (millis: number, run: () => void) => void;
    /** Something came in that was asked for: draw again. */
    readonly changed: () => void;
  }) {
    this.#sessionId = options.sessionId;
    this.#fetch = options.fetch;
    this.#after = options.after;
    this.#changed = options.changed;
  }

  /** The chunk, if it is here; asked for otherwise, and again while it is not complete. */
  chunk(playerId: string, level: number, index: number): PeakChunk | undefined {
    const key = `${level}/${index}/${playerId}`;
    const chunk = this.#chunks.get(key);
    if (chunk === undefined || (!chunk.complete && this.#stale.has(key)))
      this.#want(key, playerId, level, index);
    if (chunk !== undefined) {
      this.#chunks.delete(key);
      this.#chunks.set(key, chunk);
    }
    return chunk;
  }

  /** The chunk if it is here, without asking for it. */
  peek(playerId: string, level: number, index: number): PeakChunk | undefined {
    return this.#chunks.get(`${level}/${index}/${playerId}`);
  }

  /** Why the last that was asked for of a player did not come; undefined where it did. */
  failure(playerId: string): NoPeaks | undefined {
    return this.#failing.get(playerId);
  }

  /** Forgets wishes of views that are gone; what is on its way arrives. */
  dropWishes(): void {
    this.#wanted.clear();
  }

  close(): void {
    this.#wanted.clear();
    this.#abort.abort();
  }

  #want(key: string, playerId: string, level: number, index: number): void {
    this.#stale.delete(key);
    this.#wanted.delete(key);
    this.#wanted.set(key, () => this.#load(key, playerId, level, index));
    this.#serve();
  }

  #serve(): void {
    while (this.#running < AT_ONCE) {
      const last = [...this.#wanted].at(-1);
      if (last === undefined) return;
      this.#wanted.delete(last[0]);
      // Kept as begun until it is there, so that the next frame does not ask again.
      if (!this.#chunks.has(last[0])) this.#chunks.set(last[0], NOTHING);
      this.#running += 1;
      void last[1]().finally(() => {
        this.#running -= 1;
        this.#serve();
      });
    }
  }

  async #load(key: string, playerId: string, level: number, index: number): Promise<void> {
    const start = index * CHUNK_BLOCKS;
    const { signal } = this.#abort;
    try {
      const request = { kind: 'peaks', sessionId: this.#sessionId, playerId, level, start } as const;
      const answer = decodePeaks(await this.#fetch({ ...request, blocks: CHUNK_BLOCKS }, signal));
      if (signal.aborted) return;
      this.#failing.delete(playerId);
      const { bytes, doneSamples, endSamples } = answer;
      const end = (start + CHUNK_BLOCKS) * blockSamples(level);
      const complete = bytes.length > 0 && doneSamples >= Math.min(end, endSamples);
      const fields = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
      this.#chunks.set(key, { fields, complete });
      if (!complete) this.#again(key);
    } catch (error) {
      // The lane stays without a waveform for now; everything else of the session is there without it.
      if (signal.aborted) return;
      const isSilent = error instanceof AppError && error.detail?.kind === 'folder-silent';
      this.#failing.set(playerId, isSilent ? 'disk-silent' : 'unreadable');
      this.#again(key);
    }
    while (this.#chunks.size > KEPT_CHUNKS) {
      const oldest = this.#chunks.keys().next().value;
      if (oldest !== undefined) this.#chunks.delete(oldest);
    }
    this.version += 1;
    this.#changed();
  }

  #again(key: string): void {
    this.#due.add(key);
    if (this.#waits) return;
    this.#waits = true;
    this.#after(REFETCH_MILLIS, () => {
      this.#waits = false;
      if (this.#abort.signal.aborted) return;
      for (const due of this.#due) this.#stale.add(due);
      this.#due.clear();
      this.version += 1;
      this.#changed();
    });
  }

  readonly #due = new Set<string>();
}

const NOTHING: PeakChunk = { fields: new Int16Array(0), complete: false };

/** Joins the blocks of a stretch into `joined`: lowest, highest, sum of squares, blocks with audio. */
export function joinBlocks(fields: Int16Array, first: number, end: number, joined: Float64Array): void {
  let lowest = joined[0] ?? 0;
  let highest = joined[1] ?? 0;
  let squares = joined[2] ?? 0;
  let count = joined[3] ?? 0;
  const last = Math.min(end * FIELDS, fields.length);
  for (let at = first * FIELDS; at < last; at += FIELDS) {
    const low = fields[at] ?? 0;
    const high = fields[at + 1] ?? 0;
    if (low > high) continue;
    if (low < lowest) lowest = low;
    if (high > highest) highest = high;
    const rms = (fields[at + 2] ?? 0) & 0xffff;
    squares += rms * rms;
    count += 1;
  }
  joined[0] = lowest;
  joined[1] = highest;
  joined[2] = squares;
  joined[3] = count;
}
