import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What of electron-updater is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  logger: unknown;
  on(event: 'update-downloaded', listener: (update: { readonly version: string }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  checkForUpdates(): Promise<unknown>;
}

export interface UpdateParts {
  /** Loads the updater, whose start reads files and asks the system. */
  readonly load: () => Promise<Updater>;
  readonly onReady: (version: string) => void;
  readonly onFault: (error: unknown, place: string) => void;
}

/**
 * Whether this program was packed with a place to get updates from: the packager writes the file when it is given
 * an address. Without it nothing is ever asked of the network.
 */
export function hasUpdates(packaged: boolean, resourcesFolder: string): boolean {
  return packaged && existsSync(join(resourcesFolder, 'app-update.yml'));
}

/**
 * Looks for an update once, when the program starts, and fetches it. It is put in place when the program is quit,
 * which asks first while something is recorded: nothing restarts by itself. What fails is noted and costs nothing.
 */
export async function fetchUpdate({ load, onReady, onFault }: UpdateParts): Promise<void> {
  try {
    const updater = await load();
    updater.autoDownload = true;
    updater.autoInstallOnAppQuit = true;
    // Its log would name files and addresses.
    updater.logger = null;
    updater.on('update-downloaded', ({ version }) => onReady(version));
    updater.on('error', (error) => onFault(error, 'update'));
    await updater.checkForUpdates();
  } catch (error) {
    onFault(error, 'update');
  }
}
