import { BrowserWindow, type BrowserWindowConstructorOptions, nativeTheme, screen } from 'electron';
import { readStateFile, writeStateFile } from '../io/state-file.ts';
import { PAGE } from './scheme.ts';
import { fitOnScreen, parseWindowState, SMALLEST } from './window-state.ts';

/** What every page of ours runs under. Most of it is Electron's default; it is said so that a test can hold it. */
export function pagePreferences(
  preloadFile: string,
): NonNullable<BrowserWindowConstructorOptions['webPreferences']> {
  return {
    preload: preloadFile,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
  };
}

/** What the visible window needs of its surroundings. */
export interface WindowParts {
  readonly preloadFile: string;
  readonly iconFile: string;
  /** File that remembers where it stood. */
  readonly stateFile: string;
  /** Called before the page loads, so that its first word finds it known. */
  onCreated(window: BrowserWindow): void;
}

/** Opens the visible window where it stood; it shows itself when there is something to see. */
export async function openWindow(parts: WindowParts): Promise<BrowserWindow> {
  const saved = parseWindowState(await readStateFile(parts.stateFile));
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    ...fitOnScreen(saved, areas),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Tailslate',
    icon: parts.iconFile,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#17191c' : '#f6f7f8',
    webPreferences: pagePreferences(parts.preloadFile),
  });
  if (saved?.maximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    writeStateFile(parts.stateFile, state);
  });
  parts.onCreated(window);
  await window.loadURL(PAGE.window);
  return window;
}
