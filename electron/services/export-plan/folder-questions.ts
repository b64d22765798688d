import { AppError } from '../../../shared/model/errors.ts';
import { holdsProcess } from '../../io/process-end.ts';

/** So long a folder is waited for; a disk that has to spin up may take longer, and is asked again with the next plan. */
const ANSWER_MILLIS = 3000;

/**
 * Asks folders whose disk may not answer. Who asks has to go on within a bound, and each question that waits holds a
 * thread: a folder is asked one thing at a time, however often a plan is made meanwhile.
 */
export class FolderQuestions {
  readonly #after: (millis: number, action: () => void) => () => void;
  /** The last question to each folder. */
  readonly #asked = new Map<string, Promise<void>>();

  /** @param after does the work once, after so many milliseconds; gives what cancels it. */
  constructor(after: (millis: number, action: () => void) => () => void) {
    this.#after = after;
  }

  /** @returns undefined where there is no answer in time. @throws what the question does in time. */
  async ask<T>(folder: string, question: () => Promise<T>): Promise<T | undefined> {
    const before = this.#asked.get(folder);
    let release: (() => void) | undefined;
    let isLate = false;
    const ask = async (): Promise<T | undefined> => {
      await before;
      return isLate ? undefined : question();
    };
    const made = ask();
    const over = made.then(
      () => undefined,
      () => undefined,
    );
    this.#asked.set(folder, over);
    void over.then(() => {
      release?.();
      if (this.#asked.get(folder) === over) this.#asked.delete(folder);
    });
    let cancel: () => void = () => undefined;
    const late = new Promise<undefined>((resolve) => {
      cancel = this.#after(ANSWER_MILLIS, () => {
        isLate = true;
        release = holdsProcess();
        resolve(undefined);
      });
    });
    try {
      return await Promise.race([made, late]);
    } finally {
      cancel();
    }
  }
}

/** That a plan does not know which names are taken, since its folder does not answer. */
export function unanswered(folder: string): AppError {
  return new AppError('unreadable', `${folder} does not answer, so it is not known which names are taken.`, {
    next: 'Check the disk or the network. Names are looked at again when files get them; none is replaced unasked.',
  });
}
