import { AppError } from './errors.ts';

/** What the tokens of a name template stand for. */
export interface NameValues {
  readonly session: string;
  readonly player: string;
  /** 1 for the first player of the session. */
  readonly index: string;
  /** Local date of the start, YYYY-MM-DD. */
  readonly date: string;
  /** Local time of the start, HH-MM-SS. */
  readonly time: string;
  /** Start timecode with hyphens, HH-MM-SS-FF. */
  readonly timecode: string;
  /** What the export's preset is called. */
  readonly preset: string;
  /** What the file is: m4a, bwf, mix, ... */
  readonly format: string;
  /** The number in the name of the session's first slate; 1 without one. */
  readonly take: string;
}

/** Tokens a template may use, as written between braces. */
export const NAME_TOKENS: readonly (keyof NameValues)[] = [
  'session',
  'player',
  'index',
  'date',
  'time',
  'timecode',
  'preset',
  'format',
  'take',
];

/** What may be done to a token's text, as written behind a colon: `{index:02}`, `{player:upper}`. */
const FILTERS: readonly { readonly pattern: RegExp; apply(text: string, filter: string): string }[] = [
  // So many digits as are written, leading zeros added.
  { pattern: /^0[1-9]$/u, apply: (text, filter) => text.padStart(Number(filter), '0') },
  { pattern: /^upper$/u, apply: (text) => text.toUpperCase() },
  { pattern: /^lower$/u, apply: (text) => text.toLowerCase() },
];

export const DEFAULT_NAME_TEMPLATE = '{index}_{player}_{timecode}';

/** Bytes of UTF-8 that are left for a stem when 255 must also hold an extension, " (999)" and ".t12345678-1234567.999.part". */
const MAX_STEM_BYTES = 210;

/** Names Windows keeps for devices, whatever their extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i;

/** Characters no system's file names should hold: separators, Windows' reserved ones, control characters. */
const FORBIDDEN = /[/\\:*?"<>|]|\p{Cc}/gu;

/** Marks that change the direction of text around them: they make a name read as another. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Where a file goes below the export's folder: subfolders from the outermost, and the stem of its name. */
export interface FilePath {
  readonly folders: readonly string[];
  readonly stem: string;
}

/**
 * Fills a template such as `{session}/{index}_{player}_{timecode}`, in which each `/` begins a subfolder, and makes
 * every part safe by itself: what a token stands for never makes a folder, and `..` leads nowhere.
 * @throws AppError('usage') for a token or filter that does not exist.
 */
export function filePath(template: string, values: NameValues): FilePath {
  // Parts that name nothing, the folder itself or the one above it are left out.
  const parts = template.split('/').filter((part) => !/^[\s.]*$/u.test(part));
  const safe = (parts.length === 0 ? [''] : parts).map((part) => filledStem(part, values));
  return { folders: safe.slice(0, -1), stem: safe.at(-1) ?? '' };
}

function filledStem(template: string, values: NameValues): string {
  const filled = template.replace(/\{([^{}:]*)(?::([^{}]*))?\}/gu, (_all, token: string, filter?: string) => {
    const known = NAME_TOKENS.find((name) => name === token);
    if (known === undefined) {
      throw new AppError('usage', `The name template has an unknown token {${token}}.`, {
        next: `Use ${NAME_TOKENS.map((name) => `{${name}}`).join(', ')}.`,
      });
    }
    if (filter === undefined) return values[known];
    const found = FILTERS.find(({ pattern }) => pattern.test(filter));
    if (found === undefined) {
      throw new AppError('usage', `The name template has an unknown filter :${filter}.`, {
        next: 'Use {index:02} for digits, {player:upper} or {player:lower} for letters.',
      });
    }
    return found.apply(values[known], filter);
  });
  return safeStem(filled);
}

/** The number at the end of the first slate's name, which says the take; 1 without one. */
export function takeOf(markers: readonly { readonly kind: string; readonly name: string }[]): string {
  const slate = markers.find(({ kind }) => kind === 'slate');
  return /(\d{1,4})\s*$/u.exec(slate?.name ?? '')?.[1] ?? '1';
}

/**
 * A file stem that every system accepts: separators and reserved characters become `_`, direction marks go,
 * device names get a trailing `_`, no leading or trailing dot or space, at most 210 bytes of UTF-8, cut between
 * whole characters as a reader sees them. Never empty, never `.` or `..`.
 */
export function safeStem(text: string): string {
  let stem = text.normalize('NFC').replace(DIRECTION_MARKS, '').replace(FORBIDDEN, '_').toWellFormed();
  stem = stem.replace(/^[\s.]+/u, '').replace(/[\s.]+$/u, '');
  stem = cutToBytes(stem, MAX_STEM_BYTES).replace(/[\s.]+$/u, '');
  if (stem === '') return 'untitled';
  const base = stem.split('.')[0] ?? stem;
  return RESERVED.test(base.trimEnd()) ? `${base}_${stem.slice(base.length)}` : stem;
}

/** Two names that a case-insensitive or normalising file system would take for one have the same key. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC');
}

/** The candidates for a taken name: `a.m4a`, `a (2).m4a`, `a (3).m4a` and so on to 999. */
export function* numberedNames(stem: string, extension: string): Generator<string> {
  yield `${stem}.${extension}`;
  for (let n = 2; n < 1000; n++) yield `${stem} (${n}).${extension}`;
}

/** Text of at most so many bytes of UTF-8, cut between whole characters as a reader sees them. */
export function cutToBytes(text: string, maxBytes: number): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= maxBytes) return text;
  let kept = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    bytes += encoder.encode(segment).length;
    if (bytes > maxBytes) break;
    kept += segment;
  }
  return kept;
}
