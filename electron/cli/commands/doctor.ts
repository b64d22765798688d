import { resolve } from 'node:path';
import { app } from '../../../shared/ipc/contract/app.ts';
import { type AboutHost, aboutApp } from '../../services/about-app.ts';
import { Settings } from '../../services/settings/settings.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { table } from '../format.ts';
import type { CommandContext } from '../context.ts';
import { inProcess } from '../in-process.ts';
import { standardLibraryFolder, standardUserDataFolder } from '../standard-folders.ts';

interface Options {
  readonly library?: string;
  readonly userData?: string;
}

/** What the terminal is, next to hosts with a window. */
const TERMINAL: AboutHost = {
  host: 'in-process',
  abilities: { pickPaths: false, reveal: false, trash: false, nativeMenu: false },
};

/** `tailslate doctor` */
export async function run(
  _positional: readonly string[],
  { library, userData }: Options,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const userDataFolder = userData === undefined ? standardUserDataFolder() : resolve(userData);
  const libraryFolder =
    library === undefined
      ? ((await chosenLibrary(userDataFolder)) ?? standardLibraryFolder())
      : resolve(library);
  const about = aboutApp({ libraryFolder, userDataFolder }, TERMINAL, (error) => {
    terminal.noteError(error);
  });
  const { api } = inProcess({ app }, { app: about }, terminal);
  const { ok, version, parts, faults } = await api.app.diagnose({});
  terminal.document({ ok, version, parts, faults });
  terminal.print(
    table(
      ['part', 'state', 'detail'],
      parts.map((part) => [part.name, part.ok ? 'ok' : 'FAILS', part.detail]),
    ),
  );
  terminal.print(faults.length === 0 ? '\nNo faults were noted.' : `\nLast faults:\n${faults.join('\n')}`);
  return ok ? EXIT.done : EXIT.failed;
}

/** None where the settings cannot be read, of which the diagnosis tells. */
function chosenLibrary(userDataFolder: string): Promise<string | undefined> {
  return Settings.libraryFolderOf(userDataFolder).catch(() => undefined);
}
