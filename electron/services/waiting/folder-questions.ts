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
  readonly #asked = new Map<string, Asked>();

  /** @param after does the work once, after so many milliseconds; gives what cancels it. */
  constructor(after: (millis: number, action: () => void) => () => void) {
    this.#after = after;
  }

  /**
   * Waits for as long as the folder answers the questions before this one.
   * @returns undefined where there is no answer in time. @throws what the question does in time.
   */
  async ask<T>(folder: string, question: () => Promise<T>): Promise<T | undefined> {
    const asked = this.#asked.get(folder) ?? { last: Promise.resolve(), answers: 0 };
    const before = asked.last;
    let release: (() => void) | undefined;
    let isLate = false;
    const ask = async (): Promise<T | undefined> => {
      await before;
      return isLate ? undefined : question();
    };
    const made = ask().then((answer) => ({ answer }));
    const over = made.then(
      () => undefined,
      () => undefined,
    );
    asked.last = over;
    this.#asked.set(folder, asked);
    void over.then(() => {
      asked.answers++;
      release?.();
      if (asked.last === over) this.#asked.delete(folder);
    });
    for (;;) {
      const { answers } = asked;
      const found = await this.#inTime(made);
      if (found !== undefined) return found.answer;
      if (asked.answers !== answers) continue;
      isLate = true;
      release = holdsProcess();
      return undefined;
    }
  }

  /** @returns undefined where it takes longer than a folder is waited for. */
  async #inTime<T extends object>(made: Promise<T>): Promise<T | undefined> {
    let cancel: () => void = () => undefined;
    const late = new Promise<undefined>((resolve) => {
      cancel = this.#after(ANSWER_MILLIS, () => {
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

/** What a folder was asked. */
interface Asked {
  /** Over when the last question is. */
  last: Promise<void>;
  /** How many questions are over. */
  answers: number;
}

/** That a plan does not know which names are taken, since its folder does not answer. */
export function unanswered(folder: string): AppError {
  return new AppError('unreadable', `${folder} does not answer, so it is not known which names are taken.`, {
    next: 'Check the disk or the network. Names are looked at again when files get them; none is replaced unasked.',
  });
}
