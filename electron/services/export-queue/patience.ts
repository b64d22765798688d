import type { DiskWatch } from '../../io/disk-watch.ts';

/** From so long on a disk that has not answered is told of. */
const TOLD_AFTER_SECONDS = 20;
/** A disk is looked at so often. */
const LOOK_MILLIS = 1000;

export interface PatienceClock {
  readonly monotonicMicros: () => number;
  /** @returns cancels it. */
  readonly after: (millis: number, action: () => void) => () => void;
}

/** Looks whether the disk of a run answers. A run that computes for long asks it nothing, and is not told of. */
export class Patience {
  readonly #watch: DiskWatch;
  readonly #clock: PatienceClock;
  readonly #onWait: (waitedSeconds: number | null) => void;
  #steps: number;
  #signMicros: number;
  #isWaiting = false;
  #cancelLook: () => void;

  /** @param onWait told at every look how long the disk has not answered, and null once it does. */
  constructor(watch: DiskWatch, clock: PatienceClock, onWait: (waitedSeconds: number | null) => void) {
    this.#watch = watch;
    this.#clock = clock;
    this.#onWait = onWait;
    this.#steps = watch.steps;
    this.#signMicros = clock.monotonicMicros();
    this.#cancelLook = this.#lookLater();
  }

  /** Whether it was told that the disk does not answer. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** The run has got on. */
  sign(): void {
    this.#signMicros = this.#clock.monotonicMicros();
  }

  end(): void {
    this.#cancelLook();
  }

  #lookLater(): () => void {
    return this.#clock.after(LOOK_MILLIS, () => {
      this.#look();
      this.#cancelLook = this.#lookLater();
    });
  }

  #look(): void {
    const { isAsked, steps } = this.#watch;
    if (!isAsked || steps !== this.#steps) this.sign();
    this.#steps = steps;
    const waitedSeconds = Math.floor((this.#clock.monotonicMicros() - this.#signMicros) / 1e6);
    const wasWaiting = this.#isWaiting;
    this.#isWaiting = waitedSeconds >= TOLD_AFTER_SECONDS;
    if (this.#isWaiting) this.#onWait(waitedSeconds);
    else if (wasWaiting) this.#onWait(null);
  }
}
