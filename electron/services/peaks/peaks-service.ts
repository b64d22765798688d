import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { PEAK_BLOCK_BYTES, PEAK_LEVELS, type PeaksProgress } from '../../../shared/model/peaks.ts';
import type { DiskWatch } from '../../io/disk-watch.ts';
import { Patience, type PatienceClock } from '../waiting/patience.ts';
import { openSession } from '../session/open-session.ts';
import type { PeaksItem, PeaksOutcome } from './build-peaks.ts';
import { noPlayer, openPeaks, type PeaksPlace, peaksPlace } from './peaks-place.ts';

/** Blocks that one call gives at most: 384 KiB, wider than any screen at any zoom. */
export const MOST_PEAK_BLOCKS = 65_536;

/** Makes the peaks of one player to the end, on whatever thread the host has for it. */
export type RunPeaks = (
  item: PeaksItem,
  options: {
    readonly signal: AbortSignal;
    readonly onProgress: (progress: PeaksProgress) => void;
    /** Counts the calls to the session's disk. */
    readonly watch: DiskWatch;
    /** Aborted when nobody waits for it any more, which does not end: whatever it holds is to be replaced. */
    readonly givenUp: AbortSignal;
  },
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

/** Peaks that are being made. */
interface Running {
  readonly sessionFolder: string;
  readonly patience: Patience;
  readonly ended: Promise<void>;
}

/** Gives out the waveforms of sessions and has what is missing made in the background. */
export class PeaksService {
  readonly #cacheFolder: string;
  readonly #run: RunPeaks;
  readonly #onPeaks: OnPeaks;
  readonly #places = new Map<string, PeaksPlace>();
  readonly #clock: PatienceClock;
  readonly #running = new Map<string, Running>();
  /** Sessions of which a run was given up and has not come back. */
  readonly #silent = new Set<string>();

  /** @param options.cacheFolder where peaks go that cannot lie beside their session. */
  constructor(options: {
    readonly cacheFolder: string;
    readonly run: RunPeaks;
    readonly onPeaks: OnPeaks;
    readonly clock: PatienceClock;
  }) {
    this.#clock = options.clock;
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
   * opened, and again when its log has grown. A session whose disk does not answer is given up after a while, and
   * nothing more of it is begun before it does.
   */
  complete(sessionFolder: string, playerId: string): void {
    const key = keyOf(sessionFolder, playerId);
    if (this.#running.has(key) || this.#silent.has(sessionFolder)) return;
    // Another session may lie in the folder by now.
    this.#places.delete(key);
    const who = { sessionFolder, playerId };
    const patience = new Patience(this.#clock, (waitedSeconds) => {
      // Others of the session would wait as this one does.
      if (waitedSeconds !== null)
        void this.#abort(sessionFolder, detailedError({ kind: 'folder-silent', path: sessionFolder }));
    });
    const { signal, watch, givenUp } = patience;
    const made = this.#run(
      { ...who, cacheFolder: this.#cacheFolder },
      {
        signal,
        watch,
        givenUp,
        onProgress: (progress) => {
          if (!givenUp.aborted) this.#onPeaks({ ...who, kind: 'progress', progress });
        },
      },
    ).then(
      (outcome) => ({ kind: 'done', outcome }) as const,
      (error: unknown) =>
        ({ kind: 'failed', error: signal.aborted ? (signal.reason as unknown) : error }) as const,
    );
    const ended = patience.await(made).then((end) => {
      patience.end();
      this.#running.delete(key);
      if (end === undefined) {
        this.#silent.add(sessionFolder);
        void made.then(() => this.#silent.delete(sessionFolder));
      }
      this.#onPeaks({ ...who, ...(end ?? { kind: 'failed', error: signal.reason }) });
    });
    this.#running.set(key, { sessionFolder, patience, ended });
  }

  /** Stops making peaks of a session's players, and waits until that has ended; what is made stays. */
  async cancel(sessionFolder: string): Promise<void> {
    await this.#abort(sessionFolder, new AppError('cancelled', 'Cancelled.'));
  }

  /** Stops everything. */
  async close(): Promise<void> {
    await this.#abort(undefined, new AppError('cancelled', 'Cancelled.'));
  }

  /** Stops what runs of a session, or all, and waits for what its disk answers. */
  async #abort(sessionFolder: string | undefined, reason: AppError): Promise<void> {
    const meant = [...this.#running.values()].filter(
      (running) => sessionFolder === undefined || running.sessionFolder === sessionFolder,
    );
    for (const { patience } of meant) patience.stop(reason);
    await Promise.all(meant.map(({ ended }) => ended));
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
