import { AppError } from '../../shared/model/errors.ts';
import { troubleWords } from '../messages/kind-words.ts';
import { t } from '../messages/locale.svelte.ts';

export interface Toast {
  readonly serial: number;
  readonly kind: 'plain' | 'trouble';
  readonly message: string;
  /** What can be done about it, if anything. */
  readonly next: string | null;
  readonly action: { readonly title: string; readonly run: () => void } | null;
}

/** How long a toast stays; one that tells of trouble stays until it is dismissed. */
const STAY_MILLIS = 8000;

/** Short messages about what finished elsewhere, with at most one action each, and the way back from edits. */
export class Toasts {
  items = $state.raw<readonly Toast[]>([]);
  #undo = $state.raw<readonly { readonly serial: number; readonly run: () => void }[]>([]);
  #serial = 0;
  readonly #after: (millis: number, run: () => void) => void;

  /** @param after runs something later: `setTimeout`, or a test's own clock. */
  constructor(after: (millis: number, run: () => void) => void) {
    this.#after = after;
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  say(message: string, action: Toast['action'] = null): number {
    const serial = this.#add({ kind: 'plain', message, next: null, action });
    this.#after(STAY_MILLIS, () => this.dismiss(serial));
    return serial;
  }

  /** Says what was done, and offers to take it back: on the toast, and by the undo command for as long as the window lives. */
  sayUndoable(message: string, undo: () => Promise<unknown>): void {
    // Edits in a row say the same words once; each can still be taken back.
    this.items = this.items.filter((toast) => toast.kind !== 'plain' || toast.message !== message);
    const serial: number = this.say(message, { title: t('common.undo'), run: () => this.#takeBack(serial) });
    const run = (): void => void this.attempt(undo());
    this.#undo = [...this.#undo, { serial, run }];
  }

  /** Takes the last edit back. */
  undo(): void {
    const last = this.#undo.at(-1);
    if (last !== undefined) this.#takeBack(last.serial);
  }

  /** Tells of anything thrown, in the words that errors of ours carry. */
  trouble(error: unknown): void {
    if (error instanceof AppError && error.code === 'cancelled') return;
    const words =
      error instanceof AppError
        ? troubleWords(error)
        : { message: t('common.unexpected'), next: t('common.unexpectedNext') };
    this.#add({ kind: 'trouble', message: words.message, next: words.next || null, action: null });
  }

  /** The answer, or undefined after having told of the trouble. */
  async attempt<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.trouble(error);
      return undefined;
    }
  }

  dismiss(serial: number): void {
    this.items = this.items.filter((toast) => toast.serial !== serial);
  }

  #add(toast: Omit<Toast, 'serial'>): number {
    this.#serial += 1;
    this.items = [...this.items.slice(-3), { ...toast, serial: this.#serial }];
    return this.#serial;
  }

  #takeBack(serial: number): void {
    const entry = this.#undo.find((undo) => undo.serial === serial);
    this.#undo = this.#undo.filter((undo) => undo.serial !== serial);
    this.dismiss(serial);
    entry?.run();
  }
}
