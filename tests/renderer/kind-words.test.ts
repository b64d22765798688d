import * as v from 'valibot';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  causeWords,
  differenceWords,
  findingWords,
  noticeWords,
  noteWords,
  troubleWords,
  type Words,
} from '../../renderer/messages/kind-words.ts';
import { locale } from '../../renderer/messages/locale.svelte.ts';
import { detailedTrouble, sentenceOf } from '../../shared/model/detailed-error.ts';
import { errorDetail, ZIP_FAULTS } from '../../shared/model/error-detail.ts';
import { FILE_ACTIONS, FILE_REASONS } from '../../shared/model/file-refusal.ts';
import { FINDING_KINDS } from '../../shared/model/finding.ts';
import { importNote, importNoteSentence } from '../../shared/model/import-note.ts';
import { libraryDifference } from '../../shared/model/library-difference.ts';
import { libraryNotice, noticeSentence } from '../../shared/model/library-notice.ts';
import { alertCause, alertSentence } from '../../shared/model/recording-alert.ts';
import { VERIFY_CHECK_NAMES } from '../../shared/model/verify-report.ts';

const TROUBLE = detailedTrouble({ kind: 'not-there', path: '/disk' });

/** A value of every kind of a union: names as they are called, figures of which there are several. */
function samples<S extends Union>(union: S): readonly (readonly [string, v.InferOutput<S>])[] {
  return union.options.map(({ entries }) => {
    const said = Object.fromEntries(
      Object.entries(entries).map(([name, schema]) => [name, sample(name, schema as Sampled)]),
    );
    return [String(said['kind']), said] as const;
  });
}

type Union = v.GenericSchema & { readonly options: readonly { readonly entries: v.ObjectEntries }[] };
type Sampled = v.GenericSchema & { readonly literal?: unknown; readonly options?: readonly unknown[] };

function sample(name: string, schema: Sampled): unknown {
  switch (schema.type) {
    case 'literal':
      return schema.literal;
    case 'picklist':
      return schema.options?.[0];
    case 'number':
      return 7;
    case 'string':
      return `<${name}>`;
    case 'array':
      return [{ title: '<title>', folder: '<folder>' }];
    default:
      return name === 'note' ? { kind: 'cut-short', track: '<track>' } : TROUBLE;
  }
}

// Once loaded, a language is used at once.
beforeAll(() => locale.use('de', 'de-DE'));
afterEach(() => locale.use('en', 'en-GB'));

/** Both languages say it, each in its own words and with every name; English as the program does, figures aside. */
function expectWords(said: object, words: () => Words, english: Words | undefined): void {
  const values = Object.entries(said).filter(([name]) => name !== 'reason');
  const names = values.map(([, value]) => value as unknown).filter((value) => /^<.*>$/u.test(String(value)));
  const figures = values.some(([, value]) => typeof value === 'number');
  void locale.use('en', 'en-GB');
  const en = words();
  void locale.use('de', 'de-DE');
  const de = words();
  for (const { message, next } of [en, de]) {
    for (const name of names) expect(`${message} ${next}`).toContain(name);
    expect(`${message} ${next}`).not.toMatch(
      /undefined|[{}]|\b(?:trouble|notice|cause|import|difference)\./u,
    );
    expect(message).toMatch(/[.>]$/u);
  }
  expect(de.message).not.toBe(en.message);
  expect(de.next === '').toBe(en.next === '');
  if (english !== undefined && !figures) expect(en).toEqual(english);
}

describe('what the program tells has words in each language of the window', () => {
  test.each(samples(errorDetail))('trouble: %s', (_kind, detail) => {
    const { message, next = '' } = sentenceOf(detail);
    expectWords(detail, () => troubleWords(detailedTrouble(detail)), { message, next });
  });

  test.each(FILE_ACTIONS.flatMap((action) => FILE_REASONS.map((reason) => [action, reason] as const)))(
    'a file system that does not %s: %s',
    (action, reason) => {
      const detail = { kind: 'file-system', action, path: '<path>', reason } as const;
      const { message, next = '' } = sentenceOf(detail);
      expectWords(
        { path: '<path>' },
        () => troubleWords(detailedTrouble(detail)),
        action === 'use-folder' ? undefined : { message, next },
      );
    },
  );

  test.each(ZIP_FAULTS)('an archive: %s', (fault) => {
    const detail = { kind: 'zip-damaged', path: '<path>', fault } as const;
    const { message, next = '' } = sentenceOf(detail);
    expectWords({ path: '<path>' }, () => troubleWords(detailedTrouble(detail)), { message, next });
  });

  test.each(VERIFY_CHECK_NAMES)('a file that fails the check: %s', (check) => {
    const detail = { kind: 'not-as-written', path: '<path>', check, found: '<found>' } as const;
    const { message, next = '' } = sentenceOf(detail);
    const said = { path: '<path>', found: '<found>' };
    expectWords(said, () => troubleWords(detailedTrouble(detail)), { message, next });
  });

  test.each(samples(libraryNotice))('notice: %s', (_kind, notice) => {
    const message = noticeSentence(notice);
    expectWords(notice, () => ({ message: noticeWords(notice), next: '' }), { message, next: '' });
  });

  test.each(samples(importNote))('note of an import: %s', (_kind, note) => {
    const message = importNoteSentence(note);
    expectWords(note, () => ({ message: noteWords(note), next: '' }), { message, next: '' });
  });

  test.each(samples(alertCause))('alert: %s', (_kind, cause) => {
    const { message, next } = alertSentence(cause);
    expectWords(cause, () => causeWords(cause), { message, next: next ?? '' });
  });

  test.each(samples(libraryDifference))('difference: %s', (_kind, difference) => {
    expectWords(difference, () => differenceWords(difference), undefined);
  });

  test.each(FINDING_KINDS)('finding: %s', (kind) => {
    const finding = { kind, file: '<file>', startByte: 7, endByte: 9, reason: 'Bytes of others.' };
    const words = (): Words => ({ message: findingWords(finding), next: '' });
    expectWords({ file: '<file>' }, words, {
      message: '<file> bytes 7 to 9: Bytes of others.',
      next: '',
    });
  });
});

test('one of several, sizes and lengths are written as the language does', async () => {
  await locale.use('de', 'de-DE');
  const missing = { kind: 'audio-missing', name: 'Ada', missingSamples: 60_000, count: 1 } as const;
  expect(causeWords(missing).message).toBe(
    '1,3 s von Ada kamen nicht an, an 1 Stelle. Ein Export ist dort still.',
  );
  expect(causeWords({ kind: 'disk-low', minutes: 0 }).message).toContain('weniger als eine Minute');
  const room = { kind: 'no-room', path: '/disk', freeBytes: 1_200_000, neededBytes: 4e9 } as const;
  expect(troubleWords(detailedTrouble(room)).message).toMatch(
    /^In \/disk sind 1,2\sMB frei, etwa 4\sGB werden gebraucht\.$/u,
  );
});
