/** One page of this browser has the microphones. */
const LOCK_NAME = 'tailslate-capture';

/** The right to the microphones; it goes with the page that has it. */
export class PageLock {
  readonly #locks: () => Pick<LockManager, 'request'>;
  #release: (() => void) | undefined;

  constructor(locks: () => Pick<LockManager, 'request'>) {
    this.#locks = locks;
  }

  /** @returns whether this page has it; it keeps it until it lets go or is gone. */
  async take(): Promise<boolean> {
    if (this.#release !== undefined) return true;
    return new Promise((resolve) => {
      void this.#locks().request(LOCK_NAME, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        return new Promise<void>((release) => {
          this.#release = release;
        });
      });
    });
  }

  letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
