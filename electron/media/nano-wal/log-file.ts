/** `<readable part of the player's name>-<hash of the name>-<number>.log`; the first part may be empty or hold `-`. */
const LOG_FILE_NAME = /^(.*)-(\d{1,20})-(\d{4,15})\.log$/su;

/** How many characters of the name the file's name keeps. */
const STEM_CHARACTERS = 20;

/** A log file by its name. The name does not tell the player: only the file's header does. */
export interface LogFileName {
  readonly file: string;
  /** What is left of the player's name; several players can share it. */
  readonly stem: string;
  /** Stem and hash: the same for all files of a player. */
  readonly group: string;
  /** Counts up when the log is rotated. */
  readonly number: number;
}

/** Takes a file name apart; undefined when it is not a log's. */
export function parseLogFileName(file: string): LogFileName | undefined {
  const match = LOG_FILE_NAME.exec(file);
  if (match === null) return undefined;
  const [, stem = '', hash = '', number = ''] = match;
  return { file, stem, group: `${stem}-${hash}`, number: Number(number) };
}

/**
 * The logs among the files of a folder in the order to scan them: by player, then by number, whatever order the
 * folder lists them in. Names that are not a log's are left out.
 */
export function orderLogFiles(files: readonly string[]): LogFileName[] {
  const logs = files.map(parseLogFileName).filter((log) => log !== undefined);
  return logs.sort((a, b) => compare(a.group, b.group) || a.number - b.number || compare(a.file, b.file));
}

/** The part of a player's name that the log's file name keeps: 20 letters, digits, `_` and `-`. */
export function fileStem(player: string): string {
  const kept = player.normalize('NFC').match(/[\p{Alphabetic}\p{N}_-]/gu) ?? [];
  return kept.slice(0, STEM_CHARACTERS).join('');
}

/** By code units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
