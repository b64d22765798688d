import { app, dialog, Menu, powerMonitor, session, type WebContents } from 'electron';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '../../shared/ipc/contract.ts';
import { serve } from '../../shared/ipc/serve.ts';
import { AppError } from '../../shared/model/errors.ts';
import { faultLog } from '../io/fault-log.ts';
import { endHeldProcess } from '../io/process-end.ts';
import { followCore, notify } from './attention.ts';
import { CaptureWindow } from './capture-window.ts';
import type { Command } from './commands.ts';
import { confine } from './confinement.ts';
import type { DesktopParts, AppImplementations } from './core.ts';
import { HostCalls } from './host-calls.ts';
import { listenToPages } from './ipc.ts';
import { Leave } from './leave.ts';
import { menuTemplate } from './menu.ts';
import { MESSAGES } from './messages.ts';
import { moveToTrash, nativeCalls } from './native-calls.ts';
import { ownFiles } from './own-files.ts';
import { guardPermissions } from './permissions.ts';
import { type PageName, registerScheme, serveScheme } from './scheme.ts';
import { sessionPath, type StartOptions, startOptions } from './start-options.ts';
import { fetchUpdate } from './updates.ts';
import { VisibleWindow } from './visible-window.ts';

/**
 * Runs the program on the desktop. Called at once, since some of it has to come before Electron is ready.
 * @param argv arguments after the program's name.
 * @returns when the window is there, or at once in a second start, which hands its paths to the first and ends.
 */
export async function startDesktop(parts: DesktopParts, argv: readonly string[], cwd: string): Promise<void> {
  const options = startOptions(argv, cwd);
  if (options.userDataFolder !== undefined) {
    mkdirSync(options.userDataFolder, { recursive: true });
    app.setPath('userData', options.userDataFolder);
  }
  if (!app.requestSingleInstanceLock({ paths: options.paths })) {
    app.quit();
    return;
  }
  registerScheme();
  app.enableSandbox();
  app.setAppUserModelId('com.tailslate.app');
  // macOS hands files over before it says that it is ready.
  const early: string[] = [...options.paths];
  const collect = (event: { preventDefault(): void }, path: string): void => {
    event.preventDefault();
    early.push(sessionPath(path));
  };
  app.on('open-file', collect);
  await app.whenReady();
  try {
    const { open } = await run(parts, options);
    app.off('open-file', collect);
    open(early);
  } catch (error) {
    const [message, next] =
      error instanceof AppError ? [error.message, error.next ?? ''] : [String(error), ''];
    dialog.showErrorBox(MESSAGES.cannotStart, `${message}\n\n${next}`.trim());
    app.exit(1);
  }
}

async function run(
  parts: DesktopParts,
  options: StartOptions,
): Promise<{ readonly open: (paths: readonly string[]) => void }> {
  const userDataFolder = app.getPath('userData');
  const faults = faultLog(userDataFolder);
  parts.onProcessFault((message) => faults.note('main', message));
  app.on('child-process-gone', (_event, { type, reason }) => faults.note('process', `${type}: ${reason}`));

  const onFault = (error: unknown, place: string): void => faults.note(place, String(error));

  const core = await parts.createCore({
    userDataFolder,
    libraryFolder: options.libraryFolder,
    defaultLibraryFolder: join(app.getPath('home'), 'Tailslate'),
    onFault,
    trash: moveToTrash,
  });
  const show = (): void => {
    window.show().catch((error: unknown) => onFault(error, 'window'));
  };
  const window = new VisibleWindow({
    preloadFile: parts.preloadFile,
    iconFile: parts.iconFile,
    stateFile: join(userDataFolder, 'window.json'),
    faults,
    mayClose: () => {
      if (leave.done || (process.platform === 'darwin' && !leave.recording)) return true;
      void leave.start('user').catch(failed);
      return false;
    },
    // On macOS the program stays; nothing listens to the microphones without a window that shows it.
    onClosed: () => capture.close(),
  });
  const leave = new Leave(core, () => window.current);
  const failed = (error: unknown): void => {
    onFault(error, 'end');
    app.exit(1);
  };
  const capture = new CaptureWindow({
    preloadFile: parts.preloadFile,
    now: parts.now,
    onFailed: (reason, restarted) => {
      faults.note('capture', reason);
      const { title, body } = restarted ? MESSAGES.captureGone : MESSAGES.captureGivenUp;
      notify(title, body, show);
    },
  });
  const pageOf = (contents: WebContents | null): PageName | undefined => {
    if (window.holds(contents)) return 'window';
    return capture.holds(contents) ? 'capture' : undefined;
  };

  app.on('web-contents-created', (_event, contents) => confine(contents, pageOf));
  guardPermissions(session.defaultSession, (contents) => pageOf(contents) !== undefined);
  serveScheme(ownFiles(parts.rendererFolder, core.media, onFault));

  const setMenu = (commands: readonly Command[]): void => {
    const choose = (id: string): void => {
      host.choose(id);
      show();
    };
    const menu = { platform: process.platform, developer: !app.isPackaged, choose };
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(commands, menu)));
  };
  const host = new HostCalls(setMenu, faults);
  const { implementations } = core;
  const served: AppImplementations = {
    ...implementations,
    app: host.over(implementations.app),
    desktop: {
      ...implementations.desktop,
      calls: { ...implementations.desktop.calls, ...nativeCalls(() => window.current) },
    },
  };
  const stopListening = listenToPages({
    pageOf,
    onConnect: (port) => {
      const acceptPackets = (frame: Uint8Array): Promise<void> | void => core.acceptPackets(frame);
      serve(contract, served, port, { runId: parts.runId, acceptPackets, onFault });
    },
    onPrepareCapture: () => capture.prepare(),
    onRefused: (place) => faults.note('refused', place),
  });
  const unfollow = followCore(implementations, () => window.current, show);

  app.on('before-quit', (event) => {
    if (leave.done) return;
    event.preventDefault();
    void leave.start('user').catch(failed);
  });
  app.on('will-quit', () => {
    unfollow();
    stopListening();
    capture.close();
  });
  app.on('quit', () => {
    endHeldProcess();
  });
  // The hidden window counts as one, so the end of the visible one has to be looked at, not that of all.
  app.on('window-all-closed', () => undefined);
  powerMonitor.on('shutdown', () => void leave.start('system').catch(failed));
  app.on('activate', show);
  app.on('second-instance', (_event, _argv, _cwd, handed) => {
    host.open(handedPaths(handed));
    show();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    host.open([sessionPath(path)]);
    show();
  });

  setMenu([]);
  await window.show();
  if (parts.loadUpdater !== undefined) {
    const { title, body } = MESSAGES.updateReady;
    const onReady = (version: string): void => notify(title, body(version), show);
    void fetchUpdate({ load: parts.loadUpdater, onReady, onFault });
  }
  return { open: (paths) => host.open(paths) };
}

/** The paths that a second start handed over; whoever can reach the lock can send anything. */
function handedPaths(handed: unknown): readonly string[] {
  if (typeof handed !== 'object' || handed === null || !('paths' in handed)) return [];
  const { paths } = handed;
  if (!Array.isArray(paths) || paths.length > 1000) return [];
  return paths.filter(
    (path): path is string => typeof path === 'string' && path !== '' && path.length < 4096,
  );
}
