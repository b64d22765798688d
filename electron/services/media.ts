import type { FaultHook } from '../../shared/ipc/envelope.ts';
import type { MediaAnswer, MediaRequest } from '../../shared/ipc/media-path.ts';
import { encodePeaks, PEAKS_TYPE } from '../../shared/ipc/peaks-answer.ts';
import { detailedError } from '../../shared/model/detailed-error.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { PatienceClock } from './waiting/patience.ts';
import { FolderQuestions } from './waiting/folder-questions.ts';
import { PeaksService, type RunPeaks } from './peaks/peaks-service.ts';
import { PlaybackPackets } from './playback/playback-packets.ts';

export interface MediaPorts {
  /** @throws AppError('not-found') */
  readonly folderOf: (sessionId: string) => string;
  /** Where peaks go that cannot lie beside their session. */
  readonly cacheFolder: string;
  readonly runPeaks: RunPeaks;
  readonly clock: PatienceClock;
  readonly onFault: FaultHook;
}

const PACKETS_TYPE = 'application/vnd.tailslate.packets';

/** Audio of the library in bulk, for a page: waveforms, made in the background when asked for, and packets. */
export class Media {
  readonly #folderOf: MediaPorts['folderOf'];
  readonly #peaks: PeaksService;
  readonly #packets = new PlaybackPackets();
  /** A disk that does not answer holds one call for each session, however often the page asks. */
  readonly #questions: FolderQuestions;
  /** Players whose peaks were asked for in this run. */
  readonly #asked = new Set<string>();

  constructor({ folderOf, cacheFolder, runPeaks, clock, onFault }: MediaPorts) {
    this.#folderOf = folderOf;
    this.#questions = new FolderQuestions(clock.after);
    this.#peaks = new PeaksService({
      cacheFolder,
      run: runPeaks,
      clock,
      onPeaks: (event) => {
        const wanted = event.kind === 'failed' && !(event.error instanceof AppError);
        if (wanted) onFault(event.error, `peaks of ${event.playerId}`);
      },
    });
  }

  /**
   * @throws AppError for sessions and players that are not there, numbers out of bounds, and peaks of a session whose
   *   disk does not answer.
   */
  async read(request: MediaRequest): Promise<MediaAnswer> {
    const folder = this.#folderOf(request.sessionId);
    try {
      return request.kind === 'peaks'
        ? await this.#readPeaks(folder, request)
        : await this.#readPackets(folder, request);
    } catch (error) {
      if (error instanceof RangeError)
        throw new AppError('usage', `No audio is asked for this way: ${error.message}.`);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#peaks.close();
  }

  async #readPeaks(
    folder: string,
    { playerId, level, start, blocks }: MediaRequest & { kind: 'peaks' },
  ): Promise<MediaAnswer> {
    const read = await this.#questions.ask(folder, () =>
      this.#peaks.read(folder, playerId, level, start, blocks),
    );
    if (read === undefined) throw detailedError({ kind: 'folder-silent', path: folder });
    // Asked for once in each run too: the log may have grown since they were made.
    const key = `${folder}\0${playerId}`;
    if (read.doneSamples < read.endSamples || !this.#asked.has(key)) this.#peaks.complete(folder, playerId);
    this.#asked.add(key);
    return { bytes: encodePeaks(read), type: PEAKS_TYPE };
  }

  async #readPackets(
    folder: string,
    { playerId, startSamples, endSamples }: MediaRequest & { kind: 'packets' },
  ): Promise<MediaAnswer> {
    const bytes = await this.#packets.packets(folder, playerId, startSamples, endSamples);
    return { bytes, type: PACKETS_TYPE };
  }
}
