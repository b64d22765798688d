import { join } from 'node:path';
import { app } from 'electron';
import { AppError } from '../../shared/model/errors.ts';
import { monotonicMicros } from '../io/clock.ts';
import { randomSecret } from '../io/secret.ts';
import { startDesktop } from './desktop.ts';

/** The program's folder: two levels up, from the sources as from the build. */
const root = join(import.meta.dirname, '..', '..');

/** Electron's own arguments come first: the program, and the folder it was started on while it is being built. */
const argv = process.argv.slice(app.isPackaged ? 1 : 2);

void startDesktop(
  {
    createCore: () =>
      Promise.reject(
        new AppError('unavailable', 'This build has no library and no recorder.', {
          next: 'Use the terminal commands.',
        }),
      ),
    rendererFolder: join(root, 'out', 'renderer'),
    preloadFile: join(root, 'out', 'preload', 'index.cjs'),
    iconFile: join(root, 'resources', 'icons', '512x512.png'),
    runId: randomSecret(),
    onProcessFault: (listener) => {
      process.on('uncaughtException', (error) => listener(error.message));
      process.on('unhandledRejection', (reason) => listener(String(reason)));
    },
    now: monotonicMicros,
  },
  argv,
  process.cwd(),
);
