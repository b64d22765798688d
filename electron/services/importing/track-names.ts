import { basename, extname } from 'node:path';

/** `1-Alice`, `02_Bob`, `3 - Carol`: how multitrack recorders name the files of one recording. */
const NUMBERED = /^(?<number>\d{1,4})\s*[-_]\s*(?<name>\S.*)$/u;

/** A name without its folders and its ending. */
export function stemOf(path: string): string {
  return basename(path, extname(path));
}

/** Whether these files are named like the tracks of one recording: each with a number of its own. */
export function areNumbered(paths: readonly string[]): boolean {
  const numbers = new Set(paths.map((path) => numberOf(path)));
  return numbers.size === paths.length && !numbers.has(undefined);
}

/** Files in the order of their numbers, those without one after them, by name. */
export function inTrackOrder<T>(items: readonly T[], pathOf: (item: T) => string): T[] {
  const rank = (item: T): number => numberOf(pathOf(item)) ?? Infinity;
  return items.toSorted((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    if (first !== second) return first < second ? -1 : 1;
    return pathOf(a) < pathOf(b) ? -1 : 1;
  });
}

/** A player's name: of a numbered file what follows its number, else what the file's tags call it, else its name. */
export function trackName(path: string, tagged: string | undefined): string {
  const stem = stemOf(path);
  return NUMBERED.exec(stem)?.groups?.['name'] ?? tagged ?? stem;
}

function numberOf(path: string): number | undefined {
  const number = NUMBERED.exec(stemOf(path))?.groups?.['number'];
  return number === undefined ? undefined : Number(number);
}
