import { appendFileSync, renameSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { personalNames } from './person.ts';

/** When the log reaches this size it becomes the `.old` one, of which there is one. */
const MOST_BYTES = 256 * 1024;
/** Of one message. */
const MOST_CHARACTERS = 2000;

/** Notes what failed, for a problem report: when, where, what; no names of people, files or folders. */
export interface FaultLog {
  note(place: string, message: string): void;
}

/** In the user data folder. */
const FAULTS_FILE = 'faults.log';

/** A log of faults in the user data folder. Written at once, since the process may be about to end; a full disk is no new fault. */
export function faultLog(userDataFolder: string): FaultLog {
  const path = join(userDataFolder, FAULTS_FILE);
  return {
    note(place, message) {
      try {
        const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        if (size > MOST_BYTES) renameSync(path, `${path}.old`);
        appendFileSync(path, `${new Date().toISOString()} ${plain(place)}: ${plain(message)}\n`);
      } catch {
        // Nowhere to note it.
      }
    },
  };
}

/** The last lines of the log, the newest last; none where nothing was noted or it cannot be read. */
export async function lastFaults(userDataFolder: string, most: number): Promise<readonly string[]> {
  const path = join(userDataFolder, FAULTS_FILE);
  const texts = await Promise.all(
    [`${path}.old`, path].map((name) => readFile(name, 'utf8').catch(() => '')),
  );
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .slice(-most);
}

function plain(text: string): string {
  return withoutPersonalData(text.slice(0, 2 * MOST_CHARACTERS), personalNames())
    .replaceAll(/\s+/g, ' ')
    .slice(0, MOST_CHARACTERS);
}

/**
 * A text without paths and addresses, and without the given names. Paths may have blanks in them, so what follows a
 * separator up to a quote, colon, open bracket or the line's end goes too, and so does the word before it: rather too
 * much than too little.
 */
export function withoutPersonalData(text: string, names: readonly string[]): string {
  let plainText = text;
  for (const name of names) if (name.length > 2) plainText = plainText.replaceAll(name, '<name>');
  return plainText
    .replaceAll(/\b(?:file|app|https?):\/\/[^\s"')]+/g, '<address>')
    .replaceAll(
      /(?:[A-Za-z]:)?[^\s"'`:()\\/]{0,200}[\\/](?=\S)(?:[^"'`:()\n]|'(?=\w)|\([^()"'`:\n]{0,100}\))*/g,
      '<path>',
    )
    .replaceAll(/[^\s@]+@[^\s@]+\.[^\s@]+/g, '<mail>');
}
