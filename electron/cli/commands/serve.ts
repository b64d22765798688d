import { resolve } from 'node:path';
import type { FaultHook } from '../../../shared/ipc/envelope.ts';
import { PAGE_FOLDER, runBrowserHost } from '../../browser-host/run.ts';
import type { HostedApp } from '../../services/hosted-app.ts';
import type { AppFolders } from '../browser-app.ts';
import type { RunCommand } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { numberBetween } from '../option-values.ts';

interface Options {
  readonly port: string;
  readonly library?: string;
  readonly userData?: string;
  readonly allow?: readonly string[];
  readonly open: boolean;
}

/** `tailslate serve` */
export const run = serveWith(async (folders, onFault) => {
  const { browserApp } = await import('../browser-app.ts');
  return browserApp(folders, onFault);
});

/**
 * `tailslate serve`, of any program.
 * @param createApp makes the program for a page. @throws AppError('locked') when another one has the library.
 */
export function serveWith(
  createApp: (folders: AppFolders, onFault: FaultHook) => Promise<HostedApp>,
  pageFolder: string = PAGE_FOLDER,
): RunCommand<Options> {
  return async (_positional, { port, library, userData, allow = [], open }, { terminal, signal }) => {
    const onFault: FaultHook = (error, place) => {
      terminal.note(`tailslate: ${place}: ${error instanceof Error ? error.message : String(error)}`);
    };
    await runBrowserHost({
      createApp: () =>
        createApp(
          {
            libraryFolder: absolute(library),
            userDataFolder: absolute(userData),
            allowed: allow.map((folder) => resolve(folder)),
          },
          onFault,
        ),
      pageFolder,
      port: numberBetween('--port', port, { least: 0, most: 65_535, whole: true }),
      open: open && !terminal.json,
      signal,
      onReady: (url, opened) => {
        terminal.document({ url });
        terminal.print(
          opened ? `Opened in your browser: ${url}` : `Open this address in your browser: ${url}`,
        );
        terminal.note('It lets one browser in. Ctrl-C ends a recording in order and stops.');
      },
      onFault,
    });
    // To be stopped is how this command ends.
    return EXIT.done;
  };
}

function absolute(folder: string | undefined): string | undefined {
  return folder === undefined ? undefined : resolve(folder);
}
