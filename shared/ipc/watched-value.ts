import type { Snapshot } from './declare.ts';

/** A value of the program that others follow. Its owner sets it; every change gets the next revision. */
export class WatchedValue<T> {
  #snapshot: Snapshot<T>;
  readonly #listeners = new Set<(snapshot: Snapshot<T>) => void>();

  constructor(value: T) {
    this.#snapshot = { revision: 1, value };
  }

  get value(): T {
    return this.#snapshot.value;
  }

  /** How many follow it. */
  get watchers(): number {
    return this.#listeners.size;
  }

  set(value: T): void {
    this.#snapshot = { revision: this.#snapshot.revision + 1, value };
    for (const listener of [...this.#listeners]) listener(this.#snapshot);
  }

  /** Hands out the value at once and after every change. @returns ends the watching. */
  watch(listener: (snapshot: Snapshot<T>) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#snapshot);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
