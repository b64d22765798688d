import * as en from './compiled/en.js';

/** Languages the window speaks. */
export type Language = 'en' | 'de';

/** In the order a person chooses from, each in its own words. */
export const LANGUAGES: readonly { readonly language: Language; readonly title: string }[] = [
  { language: 'en', title: 'English' },
  { language: 'de', title: 'Deutsch' },
];

type Messages = typeof en;
export type MessageKey = keyof Messages;
/** What a message has to be given, as the compiler read it off the message file. */
type Inputs<K extends MessageKey> = Parameters<Messages[K]>[0];

/** English is there from the start; another language is loaded by who wants it. */
const loaded: Record<Language, Messages | undefined> = { en, de: undefined };
const load = { de: (): Promise<Messages> => import('./compiled/de.js') };

const languageOf = (tag: string): Language => (tag.toLowerCase().startsWith('de') ? 'de' : 'en');

class Locale {
  /** BCP 47: decides how numbers and dates are written. */
  tag = $state('en');
  language: Language = $derived(languageOf(this.tag));
  #wanted = this.tag;

  /**
   * At once where the language is loaded, else as soon as it is; until then, and where it cannot be, all stays as it was.
   *
   * @param chosen language of the settings, null for the machine's.
   */
  async use(chosen: string | null, machine: string): Promise<void> {
    // "en" chosen on a British machine keeps British dates.
    const tag = chosen !== null && !machine.toLowerCase().startsWith(chosen) ? chosen : machine;
    try {
      this.#wanted = Intl.getCanonicalLocales(tag)[0] ?? 'en';
    } catch {
      this.#wanted = 'en';
    }
    const language = languageOf(this.#wanted);
    if (language !== 'en') loaded[language] ??= await load[language]().catch(() => undefined);
    // What was wanted last while it loaded, if it can be said.
    if (loaded[languageOf(this.#wanted)] !== undefined) this.tag = this.#wanted;
  }
}

export const locale = new Locale();

/** Whether there is a message of this key. */
export const isMessage = (key: string): key is MessageKey => Object.hasOwn(en, key);
type PlainKey = { [K in MessageKey]: keyof Inputs<K> extends never ? K : never }[MessageKey];

/** The message in the window's language; numbers among its parameters are written as the locale does. */
export function t(key: PlainKey): string;
export function t<K extends Exclude<MessageKey, PlainKey>>(
  key: K,
  parameters: Readonly<Record<keyof Inputs<K>, string | number>>,
): string;
export function t(key: MessageKey, parameters: Readonly<Record<string, string | number>> = {}): string {
  return worded(key, parameters);
}

/** The same for a key that is put together: only tests can tell whether the message gets all it needs. */
export function worded(key: MessageKey, parameters: Readonly<Record<string, string | number>>): string {
  const { language, tag } = locale;
  const written = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'number' ? { valueOf: () => value, toString: () => value.toLocaleString(tag) } : value,
  ]);
  const message = (loaded[language] ?? en)[key] as (inputs: unknown) => string;
  return message(Object.fromEntries(written));
}
