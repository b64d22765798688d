import { expect, test } from 'vitest';
import { locale, t } from '../../renderer/messages/locale.svelte.ts';

const shown = $derived([t('place.library'), t('library.found', { count: 2000 })]);
const now = (): string[] => shown;

test('what is shown follows the language and the locale: at once, or when the language is loaded', async () => {
  void locale.use('en', 'en-GB');
  expect(now()).toEqual(['Library', '2,000 sessions found']);
  const coming = locale.use('de', 'en-GB');
  expect(now()).toEqual(['Library', '2,000 sessions found']);
  // Chosen in haste, the last holds.
  void locale.use('en', 'en-IN');
  await coming;
  expect([locale.tag, ...now()]).toEqual(['en-IN', 'Library', '2,000 sessions found']);
  void locale.use('de', 'en-GB');
  expect(now()).toEqual(['Bibliothek', '2.000 Sitzungen gefunden']);
});
