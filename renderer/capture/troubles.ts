import type { CaptureTrouble } from './capture-link.ts';

/** What is wrong at present, in the order it came up. */
export class Troubles {
  readonly #open = new Set<CaptureTrouble>();
  readonly #onChange: () => void;

  /** @param onChange is told when there is one more or one less. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get all(): readonly CaptureTrouble[] {
    return [...this.#open];
  }

  has(trouble: CaptureTrouble): boolean {
    return this.#open.has(trouble);
  }

  raise(trouble: CaptureTrouble): void {
    if (this.#open.has(trouble)) return;
    this.#open.add(trouble);
    this.#onChange();
  }

  /** It is over, or was read. */
  settle(trouble: CaptureTrouble): void {
    if (this.#open.delete(trouble)) this.#onChange();
  }
}
