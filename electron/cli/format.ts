import { SAMPLE_RATE } from '../../shared/time/samples.ts';

/** A length for a person: `1:02:03.4` or `2:03.4`. */
export function duration(samples: number): string {
  const tenths = Math.round((samples * 10) / SAMPLE_RATE);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor(tenths / 600) % 60;
  const seconds = `${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${seconds}` : `${minutes}:${seconds}`;
}

/** Samples as milliseconds with one decimal: `0.9 ms`. */
export function milliseconds(samples: number): string {
  return `${((samples * 1000) / SAMPLE_RATE).toFixed(1)} ms`;
}

/** A file size: `512 B`, `36 kB`, `4.9 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** `1 packet`, `2 packets`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Text of others, such as a player's name, without what would move the cursor or turn the direction of writing. */
function printable(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/gu, '').replace(/\p{Cc}/gu, '\ufffd');
}

/** Columns aligned on their widest cell; columns named in `right` are flush right. Widths count what is displayed. */
export function table(
  head: readonly string[],
  cells: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const rows = cells.map((row) => row.map(printable));
  const widths = head.map((title, column) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[column] ?? ''))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - displayWidth(cell));
        return right.includes(head[column] ?? '') ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

/** Columns a terminal uses for a text: emoji and East Asian wide characters take two, joining marks none. */
function displayWidth(text: string): number {
  // The first segmenter of a process takes 10 ms to make; most texts need none.
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    width +=
      /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u.test(
        segment,
      )
        ? 2
        : 1;
  }
  return width;
}
