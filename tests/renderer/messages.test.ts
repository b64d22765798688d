import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatLength,
  formatRate,
  initials,
} from '../../renderer/messages/format.ts';
import de from '../../renderer/messages/de.json' with { type: 'json' };
import en from '../../renderer/messages/en.json' with { type: 'json' };
import { locale, t } from '../../renderer/messages/locale.svelte.ts';

/** A text, or variants of which one is chosen by an input. */
type Message = string | readonly { readonly match: Readonly<Record<string, string>> }[];

const names = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
const forms = (message: Message): string[] =>
  typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));

describe('the German message file', () => {
  test('has the keys of the English one', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  });

  test.each(Object.entries<Message>(en))('%s takes the same parameters', (key, message) => {
    const wanted = names(forms(message).at(-1) ?? '');
    for (const text of [...forms(message), ...forms((de as Record<string, Message>)[key] ?? '')]) {
      expect(names(text)).toEqual(wanted);
      expect(text.trim()).not.toBe('');
    }
  });
});

test('numbers are written and counted as the language does', () => {
  locale.use('en', 'en-IN');
  expect(t('library.sessions', { count: 1 })).toBe('1 session');
  expect(t('library.sessions', { count: 1_200_000 })).toBe('12,00,000 sessions');
  expect(t('session.kept', { packets: 12_000, length: '4 m' })).toBe('12,000 packets, 4 m.');
  locale.use('de', 'en-GB');
  expect(t('library.sessions', { count: 1 })).toBe('1 Sitzung');
  expect(t('library.sessions', { count: 1000 })).toBe('1.000 Sitzungen');
});

test('lengths, sizes and names read as in the design', () => {
  locale.use(null, 'en-GB');
  expect(formatClock(48_000 * 5528)).toBe('1:32:08');
  expect(formatLength(13_260)).toBe('3 h 41 m');
  expect(formatBytes(41.6e9)).toBe('41.6 GB');
  expect(formatRate('29.97df')).toBe('29.97 fps drop');
  expect(['Marit Solheim', 'dj-IV_2', 'Bøb', '']).toSatisfy((all: string[]) =>
    ['MS', 'DI', 'BØ', '?'].every((want, index) => initials(all[index] ?? '') === want),
  );
  locale.use('de', 'en-GB');
  expect(formatLength(13_260)).toBe('3 h 41 min');
});
