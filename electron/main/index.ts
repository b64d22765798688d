import '../io/thread-pool.ts';
import { join } from 'node:path';
import { app } from 'electron';
import { monotonicMicros } from '../io/clock.ts';
import { randomSecret } from '../io/secret.ts';
import { createApp } from '../services/create-app.ts';
import { IMPORTERS } from '../services/importing/importers.ts';
import { NO_DESKTOP } from '../services/no-desktop.ts';
import { appWorkers } from '../workers/app-workers.ts';
import { startDesktop } from './desktop.ts';
import { hasUpdates } from './updates.ts';

/** The program's folder: two levels up, from the sources as from the build. */
const root = join(import.meta.dirname, '..', '..');

/** Electron's own arguments come first: the program, and the folder it was started on while it is being built. */
const argv = process.argv.slice(app.isPackaged ? 1 : 2);

void startDesktop(
  {
    createCore: (ports) =>
      createApp({
        ...ports,
        about: {
          host: 'electron',
          abilities: { pickPaths: true, reveal: true, trash: true, nativeMenu: true },
        },
        desktop: () => NO_DESKTOP,
        importers: IMPORTERS,
        workers: appWorkers(new URL('../node/', import.meta.url)),
      }),
    rendererFolder: join(root, 'out', 'renderer'),
    preloadFile: join(root, 'out', 'preload', 'index.cjs'),
    iconFile: join(root, 'resources', 'icons', '512x512.png'),
    runId: randomSecret(),
    onProcessFault: (listener) => {
      process.on('uncaughtException', (error) => listener(error.message));
      process.on('unhandledRejection', (reason) => listener(String(reason)));
    },
    loadUpdater: hasUpdates(app.isPackaged, process.resourcesPath)
      ? async () => (await import('electron-updater')).autoUpdater
      : undefined,
    now: monotonicMicros,
  },
  argv,
  process.cwd(),
);
