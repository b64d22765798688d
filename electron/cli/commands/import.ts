import { resolve } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { IMPORTERS } from '../../services/importing/importers.ts';
import { Library } from '../../services/library/library.ts';
import { libraryPorts } from '../../services/library/system-ports.ts';
import { Settings } from '../../services/settings/settings.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { standardLibraryFolder, standardUserDataFolder } from '../standard-folders.ts';

interface ImportOptions {
  readonly copy?: boolean;
  readonly library?: string;
  readonly userData?: string;
}

/** `tailslate import PATH...` */
export async function run(
  positional: readonly string[],
  options: ImportOptions,
  { terminal, signal }: CommandContext,
): Promise<ExitCode> {
  const folder = await libraryFolder(options);
  const library = await Library.open(
    folder,
    libraryPorts({
      holder: `tailslate import (process ${process.pid})`,
      trash: () => Promise.reject(new AppError('unavailable', 'The terminal moves nothing to the trash.')),
      importers: IMPORTERS,
      timecodeDefaults: () => ({ rate: '25', zone: null }),
      onFault: (error) => {
        terminal.noteError(error);
      },
    }),
  );
  const onAbort = (): void => void library.calls.cancelAdding({});
  signal.addEventListener('abort', onAbort);
  const unwatch = library.values.state.watch(({ value: { task } }) => {
    if (task !== null) terminal.progress(`${task.done + 1} of ${task.total}: ${task.label}`);
  });
  try {
    await library.settled();
    signal.throwIfAborted();
    const paths = positional.map((path) => resolve(path));
    const { taken, refused } = await library.calls.add({ paths, copy: options.copy === true });
    const ids = new Set(taken.map(({ sessionId }) => sessionId));
    const notes = library.values.state.value.notices.filter(({ sessionId }) => ids.has(sessionId ?? ''));
    const sessions = taken.map((one) => ({ ...one, folder: library.folderOf(one.sessionId) }));
    terminal.document({
      library: folder,
      taken: sessions,
      refused,
      notes: notes.map(({ sessionId, message }) => ({ sessionId, message })),
    });
    for (const { title, already, folder: at } of sessions) {
      terminal.print(already ? `"${title}" was in the library already: ${at}` : `Imported "${title}": ${at}`);
    }
    for (const { message } of notes) terminal.print(`! ${message}`);
    for (const { path, message, next } of refused) {
      const about = message.includes(path) ? message : `${path}: ${message}`;
      terminal.noteError(new AppError('unsupported', about, next === null ? {} : { next }));
    }
    if (refused.length > 0) return EXIT.failed;
    return notes.length > 0 ? EXIT.damage : EXIT.done;
  } finally {
    unwatch();
    signal.removeEventListener('abort', onAbort);
    await library.close();
  }
}

async function libraryFolder({ library, userData }: ImportOptions): Promise<string> {
  if (library !== undefined) return resolve(library);
  const settings = await Settings.open(resolve(userData ?? standardUserDataFolder()));
  return settings.libraryFolder ?? standardLibraryFolder();
}
