import type { LibraryPorts } from './ports.ts';

/** What changes together is looked at together. */
const GATHER_MILLIS = 500;

/** After what may be a session in the making: how long until the next look, twice as long each time. */
const FIRST_AGAIN_MILLIS = 2000;
const LAST_AGAIN_MILLIS = 64_000;

/**
 * Looks at a library folder when something came or went in it, without anybody asking. Nothing is told of files within
 * the folders, so one that is no session yet, as while it is being copied, is looked at again for two minutes.
 */
export class Watching {
  readonly #ports: Pick<LibraryPorts, 'timers'>;
  readonly #look: () => void;
  readonly #endWatch: () => void;
  #cancelLook: (() => void) | undefined;
  /** Whether something changed and the look that it calls for is about to come. */
  #isDue = false;
  #againMillis = FIRST_AGAIN_MILLIS;

  /** @param look starts a look at the folders; `looked` is to be told when it is over. */
  constructor(root: string, ports: Pick<LibraryPorts, 'timers' | 'watch'>, look: () => void) {
    this.#ports = ports;
    this.#look = look;
    this.#endWatch = ports.watch(root, (name) => {
      // Sessions have no names with a dot; the program's own files have.
      if (name?.startsWith('.') === true) return;
      this.#againMillis = FIRST_AGAIN_MILLIS;
      if (this.#isDue) return;
      this.#isDue = true;
      this.#lookIn(GATHER_MILLIS);
    });
  }

  /** @param isUnsure whether a folder was met that may become a session. */
  looked(isUnsure: boolean): void {
    const isWaiting = this.#againMillis > FIRST_AGAIN_MILLIS;
    if (this.#isDue || !(isUnsure || isWaiting) || this.#againMillis > LAST_AGAIN_MILLIS) return;
    this.#lookIn(this.#againMillis);
    this.#againMillis *= 2;
  }

  close(): void {
    this.#endWatch();
    this.#cancelLook?.();
  }

  #lookIn(millis: number): void {
    this.#cancelLook?.();
    this.#cancelLook = this.#ports.timers.after(millis, () => {
      this.#isDue = false;
      this.#look();
    });
  }
}
