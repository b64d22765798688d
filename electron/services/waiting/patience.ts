import { DiskWatch } from '../../io/disk-watch.ts';
import { holdsProcess } from '../../io/process-end.ts';

/** From so long on a disk that has not answered is told of. */
const TOLD_AFTER_SECONDS = 20;
/** A disk is looked at so often. */
const LOOK_MILLIS = 1000;
/** So long what was stopped may take to clean up; then nobody waits for it any more. */
const CLEAN_UP_MILLIS = 5000;

export interface PatienceClock {
  readonly monotonicMicros: () => number;
  /** @returns cancels it. */
  readonly after: (millis: number, action: () => void) => () => void;
}

/**
 * How long a run waits for its disk: as long as it is let, but whoever asks for the run is told when the disk does not
 * answer, and can stop it then. A run that computes for long asks its disk nothing, and is not told of.
 */
export class Patience {
  /** Counts the calls to the disk. */
  readonly watch = new DiskWatch();
  readonly #clock: PatienceClock;
  readonly #onWait: (waitedSeconds: number | null) => void;
  readonly #stop = new AbortController();
  readonly #giveUp = new AbortController();
  #steps: number;
  #signMicros: number;
  #isWaiting = false;
  #cancelLook: () => void;
  #cancelGivingUp: (() => void) | undefined;

  /** @param onWait told at every look how long the disk has not answered, and null once it does. */
  constructor(clock: PatienceClock, onWait: (waitedSeconds: number | null) => void) {
    this.#clock = clock;
    this.#onWait = onWait;
    this.#steps = this.watch.steps;
    this.#signMicros = clock.monotonicMicros();
    this.#cancelLook = this.#lookLater();
  }

  /** Aborted when the run is to end and to clean up. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborted when nobody waits for the run any more. */
  get givenUp(): AbortSignal {
    return this.#giveUp.signal;
  }

  /** The run has got on. */
  sign(): void {
    this.#signMicros = this.#clock.monotonicMicros();
  }

  /** Stops the run: at once where its disk does not answer, and otherwise when it has cleaned up. */
  stop(reason: unknown): void {
    if (this.signal.aborted) return;
    const giveUp = (): void => {
      this.#giveUp.abort(reason);
    };
    // Asked first: what hears of the stop may end everything.
    const isWaiting = this.#isWaiting;
    this.#cancelGivingUp = this.#clock.after(CLEAN_UP_MILLIS, giveUp);
    this.#stop.abort(reason);
    if (isWaiting) giveUp();
  }

  /** Nothing is told or given up any more. */
  end(): void {
    this.#cancelLook();
    this.#cancelGivingUp?.();
  }

  /**
   * Waits for what the run is at, or until it is given up. What waits for the disk then keeps the process from ending in
   * an orderly way.
   * @returns undefined where it was given up.
   */
  async await<T extends object>(made: Promise<T>): Promise<T | undefined> {
    const outcome = await Promise.race([made, aborted(this.givenUp)]);
    if (outcome === undefined) {
      const release = holdsProcess();
      void made.then(release, release);
    }
    return outcome;
  }

  #lookLater(): () => void {
    return this.#clock.after(LOOK_MILLIS, () => {
      this.#look();
      this.#cancelLook = this.#lookLater();
    });
  }

  #look(): void {
    const { isAsked, steps } = this.watch;
    if (!isAsked || steps !== this.#steps) this.sign();
    this.#steps = steps;
    const waitedSeconds = Math.floor((this.#clock.monotonicMicros() - this.#signMicros) / 1e6);
    const wasWaiting = this.#isWaiting;
    this.#isWaiting = waitedSeconds >= TOLD_AFTER_SECONDS;
    if (this.#isWaiting) this.#onWait(waitedSeconds);
    else if (wasWaiting) this.#onWait(null);
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const end = (): void => {
      resolve(undefined);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
