import { join } from 'node:path';
import type { FaultHook } from '../../shared/ipc/envelope.ts';
import { inArchive } from '../io/bundled.ts';
import type { HostedApp } from '../services/hosted-app.ts';
import { type BrowserHost, startBrowserHost } from './host.ts';
import { openBrowser } from './open-browser.ts';

/** The folder of the built page: beside the programs in out/, also for those that run from the sources. */
export const PAGE_FOLDER = import.meta.dirname.endsWith('browser-host')
  ? join(import.meta.dirname, '..', '..', 'out', 'renderer')
  : inArchive(join(import.meta.dirname, '..', 'renderer'));

export interface RunOptions {
  /** Makes the program. @throws AppError('locked') when another one has the library. */
  readonly createApp: () => Promise<HostedApp>;
  readonly pageFolder: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Whether to open the user's browser, where there is one. */
  readonly open: boolean;
  /** Ends it in order. */
  readonly signal: AbortSignal;
  /** Told the address once it can be opened; `opened` says whether a browser was given it. */
  readonly onReady: (url: string, opened: boolean) => void;
  readonly onFault: FaultHook;
}

/**
 * Runs the program as a page until the signal: then recordings are ended and everything is let go.
 * @throws AppError when it cannot start.
 */
export async function runBrowserHost(options: RunOptions): Promise<void> {
  const { pageFolder, port, signal, onFault } = options;
  const app = await options.createApp();
  const host: BrowserHost = await startBrowserHost({ app, pageFolder, port, onFault });
  try {
    options.onReady(host.url, options.open && !signal.aborted && (await openBrowser(host.url)));
    await aborted(signal);
  } finally {
    await host.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
