import { resolve } from 'node:path';
import { diagnose } from '../../services/diagnose.ts';
import { Settings } from '../../services/settings/settings.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { table } from '../format.ts';
import type { CommandContext } from '../context.ts';
import { standardLibraryFolder, standardUserDataFolder } from '../standard-folders.ts';

interface Options {
  readonly library?: string;
  readonly userData?: string;
}

/** `tailslate doctor` */
export async function run(
  _positional: readonly string[],
  { library, userData }: Options,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const userDataFolder = userData === undefined ? standardUserDataFolder() : resolve(userData);
  const libraryFolder =
    library === undefined
      ? ((await Settings.libraryFolderOf(userDataFolder)) ?? standardLibraryFolder())
      : resolve(library);
  const diagnosis = await diagnose({ libraryFolder, userDataFolder });
  terminal.document(diagnosis);
  terminal.print(
    table(
      ['part', 'state', 'detail'],
      diagnosis.parts.map(({ name, ok, detail }) => [name, ok ? 'ok' : 'FAILS', detail]),
    ),
  );
  const { faults } = diagnosis;
  terminal.print(faults.length === 0 ? '\nNo faults were noted.' : `\nLast faults:\n${faults.join('\n')}`);
  return diagnosis.ok ? EXIT.done : EXIT.failed;
}
