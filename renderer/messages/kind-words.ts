import type { Trouble } from '../../shared/model/error-detail.ts';
import { type Finding, findingLine } from '../../shared/model/finding.ts';
import type { ImportNote } from '../../shared/model/import-note.ts';
import type { LibraryDifference } from '../../shared/model/library-difference.ts';
import type { LibraryNotice } from '../../shared/model/library-notice.ts';
import type { AlertCause } from '../../shared/model/recording-alert.ts';
import { formatBytes, formatDecibels, formatSeconds } from './format.ts';
import { isMessage, locale, type MessageKey, t, worded } from './locale.svelte.ts';

/** What happened, and what can be done about it; empty where nothing has to be. */
export interface Words {
  readonly message: string;
  readonly next: string;
}

/** What to say of a notice of the library. */
export function noticeWords(notice: LibraryNotice): string {
  switch (notice.kind) {
    case 'session-imported':
      return t('notice.session-imported', { title: notice.title, note: noteWords(notice.note) });
    case 'trash-failed': {
      const { title, trouble } = notice;
      return t('notice.trash-failed', { title, trouble: troubleWords(trouble).message });
    }
    case 'exports-held': {
      const batches = notice.batches.map((batch) => t('notice.heldBatch', batch)).join(', ');
      return t('notice.exports-held', { batches });
    }
    default:
      return worded(`notice.${notice.kind}`, written(notice));
  }
}

/** What to say of an imported source. */
export function noteWords(note: ImportNote): string {
  return worded(`import.${note.kind}`, written(note));
}

/** What to say of a recording that something went wrong with. */
export function causeWords(cause: AlertCause): Words {
  switch (cause.kind) {
    case 'write-failed':
    case 'manifest-failed':
      return both(`cause.${cause.kind}`, { trouble: troubleWords(cause.trouble).message });
    case 'disk-low': {
      const { minutes } = cause;
      const left = minutes < 1 ? t('cause.lessThanMinute') : t('cause.minutes', { minutes });
      return both('cause.disk-low', { left });
    }
    default:
      return both(`cause.${cause.kind}`, written(cause));
  }
}

/** Where catalog, folders and exports do not agree, and what brings them together. */
export function differenceWords(difference: LibraryDifference): Words {
  if (difference.kind !== 'session-unreadable') {
    return both(`difference.${difference.kind}`, written(difference));
  }
  const { message, next } = troubleWords(difference.trouble);
  return { message, next: next === '' ? t('difference.session-unreadable.next') : next };
}

/** A finding in a line. What exactly the reader met is said in English alone; in other languages its kind is. */
export function findingWords(finding: Finding): string {
  if (locale.language === 'en') return findingLine(finding);
  const { kind, file, startByte, endByte } = finding;
  const what = t(`finding.${kind}`);
  return endByte > startByte
    ? t('finding.range', { file, from: startByte, to: endByte, what })
    : t('finding.at', { file, what });
}

/**
 * What to say of an error. Where nothing but the program's English sentence is known, what kind of trouble it is goes
 * before that in another language.
 */
export function troubleWords(error: {
  readonly code: string;
  readonly message: string;
  readonly next?: string | null | undefined;
  readonly detail?: Trouble['detail'] | undefined;
}): Words {
  const { code, message, next, detail } = error;
  if (detail === undefined) {
    const kind: string = `error.${code}`;
    if (locale.language === 'en' || !isMessage(kind)) return { message, next: next ?? '' };
    return { message: worded(kind, {}), next: [message, next].filter(Boolean).join(' ') };
  }
  switch (detail.kind) {
    case 'file-system': {
      const { action, path, reason } = detail;
      const { message: why, next: remedy } = both(`file.${reason}`, {});
      return { message: `${t(`file.${action}`, { path })}: ${why}.`, next: remedy };
    }
    case 'zip-damaged':
      return both('trouble.zip-damaged', { path: detail.path, fault: t(`zip.${detail.fault}`) });
    case 'not-as-written': {
      const { path, check, found } = detail;
      return both('trouble.not-as-written', { path, fault: t(`check.${check}`), found });
    }
    default:
      return both(`trouble.${detail.kind}`, written(detail));
  }
}

/** A message and, where there is one, what to do, which stands beside it under `<key>.next`. */
function both(key: MessageKey, values: Readonly<Record<string, string | number>>): Words {
  const next: string = `${key}.next`;
  return { message: worded(key, values), next: isMessage(next) ? worded(next, values) : '' };
}

/** Values as people read them: their unit stands in their name. */
function written(said: Readonly<Record<string, unknown>>): Readonly<Record<string, string | number>> {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(said)) {
    if (typeof value === 'string') values[name] = value;
    else if (typeof value === 'number') values[name] = measured(name, value);
  }
  return values;
}

function measured(name: string, value: number): string | number {
  if (name.endsWith('Bytes')) return formatBytes(value);
  if (name.endsWith('Samples')) return formatSeconds(value);
  return name.endsWith('Db') ? formatDecibels(value) : value;
}
