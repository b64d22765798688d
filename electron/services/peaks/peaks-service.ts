import { AppError } from '../../../shared/model/errors.ts';
import { PEAK_BLOCK_BYTES, PEAK_LEVELS, type PeaksProgress } from '../../../shared/model/peaks.ts';
import { openSession } from '../session/open-session.ts';
import type { PeaksItem, PeaksOutcome } from './build-peaks.ts';
import { noPlayer, openPeaks, type PeaksPlace, peaksPlace } from './peaks-place.ts';

/** Blocks that one call gives at most: 384 KiB, wider than any screen at any zoom. */
export const MOST_PEAK_BLOCKS = 65_536;

/** Makes the peaks of one player to the end, on whatever thread the host has for it. */
export type RunPeaks = (
  item: PeaksItem,
  signal: AbortSignal,
  onProgress: (progress: PeaksProgress) => void,
) => Promise<PeaksOutcome>;

/** Blocks of one level; those without audio, or not made yet, are empty. */
export interface PeaksRead extends PeaksProgress {
  /** Back to back, 6 bytes each, see PEAKS.md; no bytes at all where nothing has been made yet. */
  readonly bytes: Uint8Array;
}

/** Tells a host how far a player's peaks are; after the last call they are complete, or an error says why not. */
export type OnPeaks = (
  event: { readonly sessionFolder: string; readonly playerId: string } & (
    | { readonly kind: 'progress'; readonly progress: PeaksProgress }
    | { readonly kind: 'done'; readonly outcome: PeaksOutcome }
    | { readonly kind: 'failed'; readonly error: unknown }
  ),
) => void;

/** Gives out the waveforms of sessions and has what is missing made in the background. */
export class PeaksService {
  readonly #cacheFolder: string;
  readonly #run: RunPeaks;
  readonly #onPeaks: OnPeaks;
  readonly #places = new Map<string, PeaksPlace>();
  readonly #running = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();

  /** @param options.cacheFolder where peaks go that cannot lie beside their session. */
  constructor(options: { readonly cacheFolder: string; readonly run: RunPeaks; readonly onPeaks: OnPeaks }) {
    this.#cacheFolder = options.cacheFolder;
    this.#run = options.run;
    this.#onPeaks = options.onPeaks;
  }

  /**
   * What is there at this moment, without waiting for more.
   * @param level 0 to 4, see PEAK_LEVELS.
   * @param blocks at most MOST_PEAK_BLOCKS.
   * @throws RangeError for numbers out of these bounds; AppError('not-found') for a player the session does not have,
   * others when the session or the peaks cannot be read.
   */
  async read(
    sessionFolder: string,
    playerId: string,
    level: number,
    startBlock: number,
    blocks: number,
  ): Promise<PeaksRead> {
    requireWithin('level', level, PEAK_LEVELS - 1);
    requireWithin('startBlock', startBlock, 2 ** 32);
    requireWithin('blocks', blocks, MOST_PEAK_BLOCKS);
    const found = await openPeaks(await this.#place(sessionFolder, playerId));
    if (found === undefined) return { bytes: new Uint8Array(0), doneSamples: 0, endSamples: 0 };
    // The header was read before the blocks: what it promises is in them, and maybe more.
    const { file, header } = found;
    try {
      const bytes = Buffer.alloc(blocks * PEAK_BLOCK_BYTES);
      await file.blocks(level, startBlock, bytes);
      return { bytes, doneSamples: header.doneSamples, endSamples: header.endSamples };
    } finally {
      await file.close();
    }
  }

  /**
   * Begins to make what is missing, unless that goes on already; the host hears of it. Call it when a session is
   * opened, and again when its log has grown.
   */
  complete(sessionFolder: string, playerId: string): void {
    const key = keyOf(sessionFolder, playerId);
    if (this.#running.has(key)) return;
    // Another session may lie in the folder by now.
    this.#places.delete(key);
    const abort = new AbortController();
    const who = { sessionFolder, playerId };
    const ended = this.#run({ ...who, cacheFolder: this.#cacheFolder }, abort.signal, (progress) => {
      this.#onPeaks({ ...who, kind: 'progress', progress });
    }).then(
      (outcome) => {
        this.#running.delete(key);
        this.#onPeaks({ ...who, kind: 'done', outcome });
      },
      (error: unknown) => {
        this.#running.delete(key);
        this.#onPeaks({ ...who, kind: 'failed', error });
      },
    );
    this.#running.set(key, { abort, ended });
  }

  /** Stops making peaks of a session's players, and waits until that has ended; what is made stays. */
  async cancel(sessionFolder: string): Promise<void> {
    const prefix = keyOf(sessionFolder, '');
    await this.#stop([...this.#running].filter(([key]) => key.startsWith(prefix)).map(([, job]) => job));
  }

  /** Stops everything. */
  async close(): Promise<void> {
    await this.#stop([...this.#running.values()]);
  }

  async #stop(jobs: readonly { abort: AbortController; ended: Promise<void> }[]): Promise<void> {
    for (const { abort } of jobs) abort.abort(new AppError('cancelled', 'Cancelled.'));
    await Promise.all(jobs.map(({ ended }) => ended));
  }

  /** Kept, because opening a session reads its logs' headers and a canvas asks often. */
  async #place(sessionFolder: string, playerId: string): Promise<PeaksPlace> {
    const key = keyOf(sessionFolder, playerId);
    let place = this.#places.get(key);
    if (place === undefined) {
      const session = await openSession(sessionFolder);
      if (session.players.every(({ id }) => id !== playerId)) throw noPlayer(sessionFolder, playerId);
      place = peaksPlace(session, playerId, this.#cacheFolder);
      this.#places.set(key, place);
    }
    return place;
  }
}

function keyOf(sessionFolder: string, playerId: string): string {
  return `${sessionFolder}\0${playerId}`;
}

function requireWithin(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new RangeError(`${name} must be a whole number from 0 to ${most}, got ${value}`);
}
