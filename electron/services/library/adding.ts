import { AppError } from '../../../shared/model/errors.ts';

/** Stops what is being added now; what is added later is stopped by its own. */
export class Adding {
  readonly #closing: AbortSignal;
  #now = new AbortController();

  /** @param closing stops all of it. */
  constructor(closing: AbortSignal) {
    this.#closing = closing;
  }

  /** Of what is added from now on. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.#now.signal, this.#closing]);
  }

  cancel(): void {
    const before = this.#now;
    this.#now = new AbortController();
    before.abort(
      new AppError('cancelled', 'Adding was stopped.', {
        next: 'What had come in before that is in the library.',
      }),
    );
  }
}
