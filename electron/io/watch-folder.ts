import { existsSync, type Stats, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

/** How often a folder is looked at where the system tells nothing of it. */
const LOOK_MILLIS = 2000;

/**
 * Tells whenever a name in a folder appears, vanishes or changes; the folders in it are not looked into. The system
 * tells where it can. Where it cannot, and once it stops, as when a disk is taken out, the folder's own time is looked
 * at. Neither keeps the program running.
 * @param changed the name, without its path; null when it may be any.
 * @param tell how changes become known; the tests give one that cannot.
 * @returns ends it.
 */
export function watchFolder(
  folder: string,
  changed: (name: string | null) => void,
  tell: typeof watch = watch,
): () => void {
  let end: () => void = () => undefined;
  const poll = (): void => {
    end();
    end = pollFolder(folder, () => {
      changed(null);
    });
  };
  try {
    const watcher = tell(folder, { persistent: false }, (_event, name) => {
      changed(name);
      // A folder that is gone is told of for the last time, also when another takes its place.
      if (name === basename(folder) && !existsSync(folder)) poll();
    });
    end = () => {
      watcher.close();
    };
    watcher.on('error', poll);
  } catch {
    poll();
  }
  return () => {
    end();
  };
}

function pollFolder(folder: string, changed: () => void): () => void {
  let known: string | undefined;
  let isEnded = false;
  const look = async (): Promise<void> => {
    const now = await stat(folder).then(stateOf, () => 'gone');
    if (isEnded) return;
    if (known !== undefined && now !== known) changed();
    known = now;
  };
  void look();
  const timer = setInterval(() => void look(), LOOK_MILLIS);
  timer.unref();
  return () => {
    isEnded = true;
    clearInterval(timer);
  };
}

function stateOf({ ino, mtimeMs }: Stats): string {
  return `${ino} ${mtimeMs}`;
}
