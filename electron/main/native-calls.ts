import { dialog, type BrowserWindow, type OpenDialogOptions, shell } from 'electron';
import { AppError } from '../../shared/model/errors.ts';
import type { AppImplementations } from './core.ts';
import { allowedLink } from './external-links.ts';
import { MESSAGES } from './messages.ts';

type Desktop = AppImplementations['desktop']['calls'];

/** Calls that only a desktop answers: its dialogs, its file manager, its browser. */
export function nativeCalls(
  window: () => BrowserWindow | undefined,
): Pick<Desktop, 'pickFolder' | 'pickPaths' | 'reveal' | 'openExternal'> {
  const pick = async (options: OpenDialogOptions): Promise<readonly string[]> => {
    const parent = window();
    const answer =
      parent === undefined
        ? await dialog.showOpenDialog(options)
        : await dialog.showOpenDialog(parent, options);
    return answer.canceled ? [] : answer.filePaths;
  };
  return {
    pickFolder: async ({ title, startFolder }) => {
      const [path] = await pick({
        title,
        properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
        ...(startFolder === null ? {} : { defaultPath: startFolder }),
      });
      return { path: path ?? null };
    },
    pickPaths: async ({ title }) => {
      // Only macOS has one dialog for files and folders; elsewhere the two properties together mean folders.
      const both = process.platform === 'darwin' ? (['openFile'] as const) : [];
      const paths = await pick({
        title,
        buttonLabel: MESSAGES.pickPathsButton,
        properties: [...both, 'openDirectory', 'multiSelections'],
      });
      return { paths: [...paths] };
    },
    reveal: ({ path }) => {
      shell.showItemInFolder(path);
      return Promise.resolve({});
    },
    openExternal: async ({ url }) => {
      await shell.openExternal(allowedLink(url));
      return {};
    },
  };
}

/** Moves a file or folder to the system's trash. @throws AppError('unavailable') where the system refuses. */
export async function moveToTrash(path: string): Promise<void> {
  try {
    await shell.trashItem(path);
  } catch (cause) {
    throw new AppError('unavailable', `${path} cannot be moved to the trash.`, {
      next: 'Its disk may have none, or another program may be using it. Move it by hand instead.',
      cause,
    });
  }
}
