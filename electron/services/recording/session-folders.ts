import { join } from 'node:path';
import { safeStem } from '../../../shared/model/file-name.ts';
import { localDateTime } from '../../../shared/time/local-date-time.ts';

const MOST_TRIES = 999;

/** Folders for a session within the library: `2026-11-20 10-01-48 Title`, then the same with (2), (3) and so on. */
export function* sessionFolders(
  libraryFolder: string,
  title: string,
  startUnixMicros: number,
  zone: string,
): Generator<string> {
  const { date, time } = localDateTime(startUnixMicros, zone);
  const stem = safeStem(`${date} ${time} ${title.trim()}`);
  yield join(libraryFolder, stem);
  for (let n = 2; n <= MOST_TRIES; n++) yield join(libraryFolder, `${stem} (${n})`);
}
