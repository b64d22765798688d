import { de } from './de.ts';
import { en } from './en.ts';
import { fill, type Catalog, type Parameters } from './catalog.ts';

/** Languages the window speaks; English is whole by definition, the others by their type. */
const CATALOGS = { en, de } as const satisfies Record<string, Catalog>;
export type Language = keyof typeof CATALOGS;

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

export type MessageKey = keyof typeof en;
type PlainKey = { [K in MessageKey]: Parameters<(typeof en)[K]> extends never ? K : never }[MessageKey];

/** The message in the window's language; numbers among its parameters are written as the locale does. */
export function t(key: PlainKey): string;
export function t<K extends Exclude<MessageKey, PlainKey>>(
  key: K,
  parameters: Readonly<Record<Parameters<(typeof en)[K]>, string | number>>,
): string;
export function t(key: MessageKey, parameters: Readonly<Record<string, string | number>> = {}): string {
  return fill(CATALOGS[locale.language][key], parameters, locale.tag);
}
