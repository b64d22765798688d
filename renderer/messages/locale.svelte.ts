import { m } from './compiled/messages.js';

/** Languages the window speaks. */
export type Language = 'en' | 'de';

/** In the order a person chooses from, each in its own words. */
export const LANGUAGES: readonly { readonly language: Language; readonly title: string }[] = [
  { language: 'en', title: 'English' },
  { language: 'de', title: 'Deutsch' },
];

class Locale {
  /** BCP 47: decides how numbers and dates are written. */
  tag = $state('en');
  language: Language = $derived(this.tag.toLowerCase().startsWith('de') ? 'de' : 'en');

  /** @param chosen language of the settings, null for the machine's. */
  use(chosen: string | null, machine: string): void {
    // "en" chosen on a British machine keeps British dates.
    const wanted = chosen !== null && !machine.toLowerCase().startsWith(chosen) ? chosen : machine;
    try {
      this.tag = Intl.getCanonicalLocales(wanted)[0] ?? 'en';
    } catch {
      this.tag = 'en';
    }
  }
}

export const locale = new Locale();

export type MessageKey = keyof typeof m;
/** What a message has to be given, as the compiler read it off the message file. */
type Inputs<K extends MessageKey> = Parameters<(typeof m)[K]>[0];
/** Whether there is a message of this key. */
export const isMessage = (key: string): key is MessageKey => Object.hasOwn(m, key);
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
  const message = m[key] as (inputs: unknown, options: { readonly locale: Language }) => string;
  return message(Object.fromEntries(written), { locale: language });
}
