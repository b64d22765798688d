import { SvelteSet } from 'svelte/reactivity';
import type { Library } from './library.svelte.ts';

/** Which rows of the library are chosen, and which one the keyboard is on. */
export class Selection {
  readonly ids = new SvelteSet<string>();
  /** Index of the row with the focus. */
  focus = $state(0);
  readonly #library: Library;
  /** Index from which a range is drawn. */
  #anchor = 0;

  constructor(library: Library) {
    this.#library = library;
  }

  get list(): string[] {
    return [...this.ids];
  }

  /** Tracks, samples and bytes of what is chosen; null when rows of it were never in view. */
  readonly sums = $derived.by(() => {
    let tracks = 0;
    let samples = 0;
    let bytes = 0;
    for (const id of this.ids) {
      const row = this.#library.session(id);
      if (row === undefined) return null;
      tracks += row.players.length;
      samples += row.durationSamples;
      bytes += row.sizeBytes;
    }
    return { tracks, samples, bytes };
  });

  clear(): void {
    this.ids.clear();
  }

  /** Chooses these no longer: they are not there any more. */
  leave(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.ids.delete(id);
  }

  /** Moves the focus, and with it the one chosen row. */
  only(index: number): void {
    this.#move(index);
    this.#anchor = this.focus;
    const row = this.#library.row(this.focus);
    this.ids.clear();
    if (row !== undefined) this.ids.add(row.sessionId);
  }

  /** Chooses a row, or no longer. */
  toggle(index: number): void {
    this.#move(index);
    this.#anchor = this.focus;
    const id = this.#library.row(this.focus)?.sessionId;
    if (id === undefined) return;
    if (!this.ids.delete(id)) this.ids.add(id);
  }

  /** Chooses everything from where the choice began to this row. */
  async extend(index: number): Promise<void> {
    this.#move(index);
    const [first, last] = [Math.min(this.#anchor, this.focus), Math.max(this.#anchor, this.focus)];
    const ids = (await this.#library.ids()).slice(first, last + 1);
    this.ids.clear();
    for (const id of ids) this.ids.add(id);
  }

  async all(): Promise<void> {
    for (const id of await this.#library.ids()) this.ids.add(id);
  }

  /** Moves the focus without choosing. */
  look(index: number): void {
    this.#move(index);
  }

  #move(index: number): void {
    this.focus = Math.max(0, Math.min(index, (this.#library.total ?? 1) - 1));
  }
}
