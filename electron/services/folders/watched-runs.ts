import { AppError } from '../../../shared/model/errors.ts';
import { exportFile } from '../export-job/export-file.ts';
import { processOwner } from '../../io/part-owner.ts';
import type { RunQueued } from '../export-job/item.ts';
import { Patience } from '../waiting/patience.ts';
import type { WriteProject } from '../export-job/project-item.ts';
import { writeProject } from '../export-job/write-project.ts';
import type { RunItem } from '../run-export.ts';
import type { FilePool, FoldersPorts } from './ports.ts';

/**
 * The runs of one export, and everything else that it asks of its disk. All wait as long as it takes; once the export
 * is stopped, those are left behind that the disk does not answer.
 */
export class WatchedRuns {
  readonly #patience: Patience;
  readonly #signal: AbortSignal;
  readonly #startPool: FoldersPorts['startPool'];
  readonly #stop: () => void;
  /** Part files of runs that were left behind. */
  readonly #leftPaths: string[] = [];
  #isAnyLeft = false;
  #pool: Promise<FilePool> | undefined;

  /**
   * @param signal stops the export.
   * @param onWait told for how long the disk has not answered, and null once it does.
   */
  constructor(
    signal: AbortSignal,
    { startPool, clock }: FoldersPorts,
    onWait: (waitedSeconds: number | null) => void,
  ) {
    const patience = new Patience(clock, onWait);
    this.#patience = patience;
    this.#signal = signal;
    this.#startPool = startPool;
    this.#stop = () => {
      patience.stop(signal.reason);
    };
    if (signal.aborted) this.#stop();
    signal.addEventListener('abort', this.#stop);
  }

  /** Asks the disk something, on a thread of the process's own. @throws the reason to stop where it is left behind. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    const made = this.#patience.watch.during(question).then((answer) => ({ answer }));
    const found = await this.#patience.await(made);
    if (found === undefined) throw this.#signal.reason;
    return found.answer;
  }

  /**
   * Runs items, so many at a time. This thread is one of the jobs, which saves starting another, for m4a alone: what
   * takes longer to make is worth a thread, whose writes hold up nobody else.
   */
  runItem(jobs: number): RunItem {
    let isFree = true;
    const here: RunQueued = async (item, options) => {
      isFree = false;
      try {
        return await exportFile(item, { ...options, writes: 'aside' });
      } finally {
        isFree = true;
      }
    };
    const there: RunQueued = async (item, options) => {
      this.#pool ??= this.#startPool(jobs);
      return (await this.#pool).run(item, options);
    };
    return (item, _signal, onProgress) =>
      this.#watched((ports) =>
        (isFree && item.format.kind === 'm4a' ? here : there)(item, {
          ...ports,
          onProgress: (...progress) => {
            this.#patience.sign();
            onProgress(...progress);
          },
        }),
      );
  }

  readonly writeProject: WriteProject = (item, options) =>
    this.#watched((ports) => writeProject(item, { ...options, ...ports }));

  /** What to say of runs that were left behind; undefined where there are none. */
  leftBehind(): AppError | undefined {
    if (!this.#isAnyLeft) return undefined;
    const left = this.#leftPaths;
    const them = left.length === 1 ? 'it' : 'them';
    return new AppError(
      'cancelled',
      `Stopped while the disk did not answer.${left.length === 0 ? '' : ` Left there may be ${left.join(', ')}.`}`,
      left.length === 0 ? {} : { next: `Remove ${them} when the disk answers.` },
    );
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stop);
    this.#patience.end();
    await (await this.#pool)?.close();
  }

  async #watched<T extends object>(
    run: (
      ports: Pick<Parameters<RunQueued>[1], 'signal' | 'onPart' | 'owner' | 'watch' | 'givenUp'>,
    ) => Promise<T>,
  ): Promise<T> {
    const { signal, watch, givenUp } = this.#patience;
    let left: string | undefined;
    const onPart = (partPath: string): void => {
      left = partPath;
    };
    const outcome = await this.#patience.await(
      run({ signal, onPart, owner: processOwner(), watch, givenUp }),
    );
    if (outcome !== undefined) return outcome;
    this.#isAnyLeft = true;
    if (left !== undefined) this.#leftPaths.push(left);
    throw this.#signal.reason;
  }
}
