import { basename, dirname } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import type { Importer } from '../library/ports.ts';
import { beginsWith } from './magic.ts';
import { describeOgg, type OggDescription } from './ogg-track.ts';
import { areNumbered, inTrackOrder, stemOf } from './track-names.ts';
import type { ImportedSession } from './track-source.ts';
import { writeImported } from './write-session.ts';

const CAPTURE_PATTERN = Uint8Array.of(0x4f, 0x67, 0x67, 0x53);

/**
 * Ogg Opus files. Those that came together from one folder and are numbered, such as `1-Alice.ogg` and `2-Bob.ogg`,
 * are the tracks of one session; all others are a session each.
 */
export const oggImporter: Importer = {
  accepts: (path) => beginsWith(path, CAPTURE_PATTERN),

  groups(paths) {
    const byFolder = Map.groupBy(paths, (path) => dirname(path));
    return [...byFolder.values()].flatMap((together) =>
      areNumbered(together) ? [together] : together.map((path) => [path]),
    );
  },

  async import(paths, intoFolder, signal, onStep) {
    const files = await Promise.all(inTrackOrder(paths, (path) => path).map((path) => describeOgg(path)));
    const [first] = paths;
    if (first === undefined) throw new AppError('nothing-to-do', 'There is no file to import.');
    const isOne = paths.length === 1;
    const title = isOne ? (files[0]?.title ?? stemOf(first)) : basename(dirname(first));
    return writeImported(oggSession(title, files, null), intoFolder, signal, onStep);
  },
};

/** A session of Ogg files. @param startUnixMicros when it began; null to take it from the files. */
export function oggSession(
  title: string,
  files: readonly OggDescription[],
  startUnixMicros: number | null,
): ImportedSession {
  const starts = new Set(files.map((file) => file.startUnixMicros));
  // Files that disagree tell when each was made, not when position 0 was.
  const agreed = starts.size === 1 ? ([...starts][0] ?? null) : null;
  return {
    title: title === '' ? 'Imported session' : title,
    startUnixMicros: startUnixMicros ?? agreed,
    tracks: files.map(({ track }) => track),
  };
}
