import { resolve } from 'node:path';
import { library as libraryDomain } from '../../../shared/ipc/contract/library.ts';
import type { ApiOf } from '../../../shared/ipc/declare.ts';
import type { WatchValue } from '../../../shared/ipc/contract.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { noticeSentence } from '../../../shared/model/library-notice.ts';
import { IMPORTERS } from '../../services/importing/importers.ts';
import { Library } from '../../services/library/library.ts';
import { libraryPorts } from '../../services/library/system-ports.ts';
import { Settings } from '../../services/settings/settings.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { inProcess } from '../in-process.ts';
import { standardLibraryFolder, standardUserDataFolder } from '../standard-folders.ts';

interface ImportOptions {
  readonly copy?: boolean;
  readonly library?: string;
  readonly userData?: string;
}

const contract = { library: libraryDomain } as const;
type LibraryApi = ApiOf<typeof contract>;

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
  const { api } = inProcess(contract, { library }, terminal);
  const onAbort = (): void => void api.library.cancelAdding({});
  signal.addEventListener('abort', onAbort);
  const unwatch = api.watch('library.state', ({ value: { task } }) => {
    if (task !== null) terminal.progress(`${task.done + 1} of ${task.total}: ${task.label}`);
  });
  try {
    await library.settled();
    signal.throwIfAborted();
    const paths = positional.map((path) => resolve(path));
    const { taken, refused } = await api.library.add({ paths, copy: options.copy === true });
    unwatch();
    const ids = new Set(taken.map(({ sessionId }) => sessionId));
    const notes = (await noticesNow(api)).filter(({ sessionId }) => ids.has(sessionId ?? ''));
    const sessions = await Promise.all(
      taken.map(async (one) => {
        const { folder: at } = await api.library.get({ sessionId: one.sessionId });
        return { ...one, folder: at };
      }),
    );
    terminal.document({
      library: folder,
      taken: sessions,
      refused: refused.map(({ path, trouble }) => ({ path, message: trouble.message, next: trouble.next })),
      notes: notes.map(({ sessionId, notice }) => ({ sessionId, message: noticeSentence(notice) })),
    });
    for (const { title, already, folder: at } of sessions) {
      terminal.print(already ? `"${title}" was in the library already: ${at}` : `Imported "${title}": ${at}`);
    }
    for (const { notice } of notes) terminal.print(`! ${noticeSentence(notice)}`);
    for (const { path, trouble } of refused) {
      const { message, next } = trouble;
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

/** Everything that the library tells people at this moment. */
function noticesNow(api: LibraryApi): Promise<WatchValue<'library.state'>['notices']> {
  return new Promise((resolved) => {
    const unwatch = api.watch('library.state', ({ value }) => {
      queueMicrotask(() => unwatch());
      resolved(value.notices);
    });
  });
}

async function libraryFolder({ library, userData }: ImportOptions): Promise<string> {
  if (library !== undefined) return resolve(library);
  const settings = await Settings.open(resolve(userData ?? standardUserDataFolder()));
  return settings.libraryFolder ?? standardLibraryFolder();
}
