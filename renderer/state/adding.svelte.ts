import type { Api } from '../../shared/ipc/contract.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { AddAnswer } from '../host/api-types.ts';
import { troubleWords } from '../messages/kind-words.ts';
import { t } from '../messages/locale.svelte.ts';
import type { Navigation } from './navigation.svelte.ts';
import type { Settings } from './settings.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Files that importers make sessions of, which then lie in the library. */
const IMPORTED = /\.(?:ogg|oga|opus|zip|mkv|mka|webm)$/i;

/** Brings sessions in: folders and files that were picked, dropped or handed over by the system. */
export class Adding {
  /** What was taken and what was refused, while there is something to read about it. */
  answer = $state.raw<AddAnswer | null>(null);
  /** What was picked and waits for a word: used where it is, or copied? */
  asked = $state.raw<readonly string[]>([]);
  /** Somebody asked for the end of what is being added. */
  stopping = $state(false);
  #running = $state(0);
  readonly #api: Api;
  readonly #toasts: Toasts;
  readonly #settings: Settings;
  readonly #navigation: Navigation;
  readonly #libraryFolder: string;

  constructor(
    api: Api,
    toasts: Toasts,
    settings: Settings,
    navigation: Navigation,
    /** What lies in it needs no copy. */
    libraryFolder: string,
  ) {
    this.#api = api;
    this.#toasts = toasts;
    this.#settings = settings;
    this.#navigation = navigation;
    this.#libraryFolder = libraryFolder;
  }

  get busy(): boolean {
    return this.#running > 0;
  }

  /** Adds what was picked; asks first where it can both stay and be copied and nothing was decided for good. */
  async bring(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const remembered = this.#settings.values?.adding ?? 'ask';
    if (remembered === 'ask' && paths.some((path) => this.#canStay(path))) {
      this.asked = [...this.asked, ...paths.filter((path) => !this.asked.includes(path))];
      return;
    }
    await this.#add(paths, remembered === 'copy');
  }

  /** The word that was waited for. @param remember whether it holds from now on */
  async decide(copy: boolean, remember: boolean): Promise<void> {
    const paths = this.asked;
    this.asked = [];
    if (remember) await this.#settings.change({ adding: copy ? 'copy' : 'link' });
    if (paths.length > 0) await this.#add(paths, copy);
  }

  /** Nothing of what was picked after all. */
  dismiss(): void {
    this.asked = [];
  }

  async sample(): Promise<void> {
    const answer = await this.#work(() => this.#api.library.addSample({}));
    if (answer !== undefined) this.#navigation.openSession(answer.sessionId);
  }

  /** Stops what is being added; what came in before stays. */
  async cancel(): Promise<void> {
    if (!this.busy || this.stopping) return;
    this.stopping = true;
    const stopped = await this.#toasts.attempt(this.#api.library.cancelAdding({}));
    if (stopped === undefined) this.stopping = false;
  }

  /** Files that were let go over the window; a page in a browser is not told where they lie. */
  async drop(paths: readonly (string | null)[]): Promise<void> {
    const known = paths.filter((path) => path !== null);
    if (known.length < paths.length) this.#toasts.say(t('adding.noPaths'));
    await this.bring(known);
  }

  async #add(paths: readonly string[], copy: boolean): Promise<void> {
    const answer = await this.#work(() => this.#api.library.add({ paths, copy }));
    if (answer === undefined) return;
    const [first] = answer.taken;
    if (answer.refused.length > 0) this.answer = answer;
    else if (first !== undefined && answer.taken.length === 1) this.#navigation.openSession(first.sessionId);
    else this.#toasts.say(t('adding.taken', { count: answer.taken.length }));
  }

  async #work<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.#running += 1;
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError && error.code === 'cancelled') this.#toasts.say(t('adding.stopped'));
      else this.#toasts.trouble(error);
      return undefined;
    } finally {
      this.#running -= 1;
      if (!this.busy) this.stopping = false;
    }
  }

  #canStay(path: string): boolean {
    const inLibrary =
      path.startsWith(this.#libraryFolder) && /^[/\\]/.test(path.slice(this.#libraryFolder.length));
    return !inLibrary && !IMPORTED.test(path);
  }
}

/** The answer as text, for a message to somebody who can help. */
export function addedReport({ refused, taken }: AddAnswer): string {
  return [
    ...refused.flatMap(({ path, trouble }) => {
      const { message, next } = troubleWords(trouble);
      return [`${t('adding.refused')}: ${path}`, `  ${message} ${next}`.trimEnd()];
    }),
    ...taken.map(
      ({ path, title, already }) =>
        `${already ? t('adding.already') : t('adding.added')}: ${title} (${path})`,
    ),
  ].join('\n');
}
