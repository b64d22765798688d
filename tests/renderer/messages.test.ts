import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatLength,
  formatRate,
  initials,
} from '../../renderer/messages/format.ts';
import { offers } from '../../electron/services/export-queue/offers.ts';
import { troubleWords } from '../../renderer/messages/kind-words.ts';
import { batchPreset, batchTitle, presetInWords } from '../../renderer/messages/service-words.ts';
import type { Preset } from '../../renderer/host/api-types.ts';
import { AppError } from '../../shared/model/errors.ts';
import { MEDIA_FORMATS } from '../../shared/model/media-formats.ts';
import { PRESETS } from '../../shared/model/presets.ts';
import { PROJECT_FORMATS } from '../../shared/model/project-formats.ts';
import de from '../../renderer/messages/de.json' with { type: 'json' };
import en from '../../renderer/messages/en.json' with { type: 'json' };
import { locale, t } from '../../renderer/messages/locale.svelte.ts';

const CHOICES = {} as Preset['choices'];

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

/** What the program itself says in English, in the terminal too, by the key of its message. */
const SAID: readonly (readonly [key: string, text: string])[] = [
  ...MEDIA_FORMATS.flatMap(({ format, title, note }) => worded(`format.${format}`, title, note)),
  ...PROJECT_FORMATS.flatMap(({ project, title, note }) => worded(`project.${project}`, title, note)),
  ...PRESETS.flatMap(({ id, title, note }) => worded(`preset.${id}`, title, note)),
  ...offers([]).tokens.map(({ token, title }) => [`token.${token}`, title] as const),
];

function worded(key: string, title: string, note: string): readonly (readonly [string, string])[] {
  return [
    [`${key}.title`, title],
    [`${key}.note`, note],
  ];
}

describe('formats, project files, presets and words of names', () => {
  test.each(SAID)('%s is in both languages, in English as the program says it', (key, text) => {
    expect((en as Record<string, Message>)[key]).toBe(text);
    expect((de as Record<string, Message>)[key]).toEqual(expect.any(String));
  });

  test('presets that come with the program have German words, own ones their own', async () => {
    await locale.use('de', 'en-GB');
    const preset = { presetId: 'archive', title: 'Archive', note: 'ffmpeg', builtIn: true, choices: CHOICES };
    expect(presetInWords(preset)).toMatchObject({ presetId: 'archive', title: 'Archiv' });
    expect(presetInWords({ ...preset, builtIn: false })).toMatchObject({ title: 'Archive' });
    expect([batchPreset('Archive'), batchPreset('Mine')]).toEqual(['Archiv', 'Mine']);
    expect([batchTitle('12 sessions'), batchTitle('Ep. 12')]).toEqual(['12 Sitzungen', 'Ep. 12']);
  });

  test('trouble is said in the language of the window, what the program wrote after it', async () => {
    const error = new AppError('no-space', 'The disk of /media is full.', { next: 'Free some space.' });
    await locale.use('en', 'en-GB');
    expect(troubleWords(error)).toEqual({ message: error.message, next: error.next });
    await locale.use('de', 'en-GB');
    expect(troubleWords(error)).toEqual({
      message: 'Auf dem Datenträger ist nicht genug Platz.',
      next: 'The disk of /media is full. Free some space.',
    });
  });
});

test('the German file says du', () => {
  const text = Object.values<Message>(de).flatMap(forms).join('\n');
  expect(text.match(/.*\b(?:[a-zäöü]+en Sie|Ihre?[mnrs]?)\b.*/gu)).toBeNull();
});

test('numbers are written and counted as the language does', async () => {
  await locale.use('en', 'en-IN');
  expect(t('library.sessions', { count: 1 })).toBe('1 session');
  expect(t('library.sessions', { count: 1_200_000 })).toBe('12,00,000 sessions');
  expect(t('session.kept', { packets: 12_000, length: '4 m' })).toBe('12,000 packets, 4 m.');
  await locale.use('de', 'en-GB');
  expect(t('library.sessions', { count: 1 })).toBe('1 Sitzung');
  expect(t('library.sessions', { count: 1000 })).toBe('1.000 Sitzungen');
});

test('lengths, sizes and names read as in the design', async () => {
  await locale.use(null, 'en-GB');
  expect(formatClock(48_000 * 5528)).toBe('1:32:08');
  expect(formatLength(13_260)).toBe('3 h 41 m');
  expect(formatBytes(41.6e9)).toBe('41.6 GB');
  expect(formatRate('29.97df')).toBe('29.97 fps drop');
  expect(['Marit Solheim', 'dj-IV_2', 'Bøb', '']).toSatisfy((all: string[]) =>
    ['MS', 'DI', 'BØ', '?'].every((want, index) => initials(all[index] ?? '') === want),
  );
  await locale.use('de', 'en-GB');
  expect(formatLength(13_260)).toBe('3 h 41 min');
});
