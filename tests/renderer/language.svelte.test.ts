import { expect, test } from 'vitest';
import { locale, t } from '../../renderer/messages/locale.svelte.ts';

test('what is shown follows the language and the locale at once', () => {
  locale.use('en', 'en-GB');
  const shown = $derived([t('place.library'), t('library.found', { count: 2000 })]);
  const now = (): string[] => shown;
  expect(now()).toEqual(['Library', '2,000 sessions found']);
  locale.use('de', 'en-GB');
  expect(now()).toEqual(['Bibliothek', '2.000 Sitzungen gefunden']);
});
