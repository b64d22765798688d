/** A clock that stands still until told. What is only shown, after less than a second, is so at once. */
export class ToldClock {
  #micros = 0;
  readonly #waiting = new Set<{ readonly atMicros: number; readonly action: () => void }>();

  readonly wallUnixMicros = (): number => 5_000_000;

  readonly monotonicMicros = (): number => this.#micros;

  readonly after = (millis: number, action: () => void): (() => void) => {
    if (millis < 1000) {
      const timer = setTimeout(action, 0);
      return () => {
        clearTimeout(timer);
      };
    }
    const later = { atMicros: this.#micros + 1000 * millis, action };
    this.#waiting.add(later);
    return () => {
      this.#waiting.delete(later);
    };
  };

  /** Lets time pass, in steps short enough for everything that waits for it. */
  elapse(seconds: number): void {
    for (let step = 0; step < 2 * seconds; step++) {
      this.#micros += 500_000;
      for (const later of [...this.#waiting]) {
        if (later.atMicros > this.#micros) continue;
        this.#waiting.delete(later);
        later.action();
      }
    }
  }
}
