import type { Api } from '../../shared/ipc/contract.ts';
import type { AddAnswer } from '../host/api-types.ts';
import { t } from '../messages/locale.svelte.ts';
import type { Navigation } from './navigation.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Brings sessions in: folders and files that were picked, dropped or handed over by the system. */
export class Adding {
  /** What was taken and what was refused, while there is something to read about it. */
  answer = $state.raw<AddAnswer | null>(null);
  busy = $state(false);
  readonly #api: Api;
  readonly #toasts: Toasts;
  readonly #navigation: Navigation;

  constructor(api: Api, toasts: Toasts, navigation: Navigation) {
    this.#api = api;
    this.#toasts = toasts;
    this.#navigation = navigation;
  }

  /** @param copy into the library; otherwise they stay where they are */
  async add(paths: readonly string[], copy: boolean): Promise<void> {
    if (paths.length === 0) return;
    this.busy = true;
    const answer = await this.#toasts.attempt(this.#api.library.add({ paths, copy }));
    this.busy = false;
    if (answer === undefined) return;
    const [first] = answer.taken;
    if (answer.refused.length > 0) this.answer = answer;
    else if (first !== undefined && answer.taken.length === 1) this.#navigation.openSession(first.sessionId);
    else this.#toasts.say(t('adding.taken', { count: answer.taken.length }));
  }

  async sample(): Promise<void> {
    this.busy = true;
    const answer = await this.#toasts.attempt(this.#api.library.addSample({}));
    this.busy = false;
    if (answer !== undefined) this.#navigation.openSession(answer.sessionId);
  }

  /** Files that were let go over the window; a page in a browser is not told where they lie. */
  async drop(paths: readonly (string | null)[]): Promise<void> {
    const known = paths.filter((path) => path !== null);
    if (known.length < paths.length) this.#toasts.say(t('adding.noPaths'));
    await this.add(known, false);
  }
}
