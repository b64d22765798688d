import type * as Electron from 'electron';
import { EventEmitter } from 'node:events';
import type { FakeWindow } from './window.ts';

/** A question the program asked in a dialog. */
export interface Asked {
  readonly kind: 'message' | 'open' | 'error';
  readonly options: Electron.MessageBoxOptions & Electron.OpenDialogOptions;
}

/** What the stand-in saw and how it answers; new for every test. */
export class ElectronState {
  readonly windows: FakeWindow[] = [];
  readonly asked: Asked[] = [];
  /** Answers to message boxes in turn: the number of the button. */
  readonly responses: (number | Promise<number>)[] = [];
  readonly picked: string[][] = [];
  readonly schemes: Electron.CustomScheme[] = [];
  readonly handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
  readonly opened: string[] = [];
  readonly revealed: string[] = [];
  readonly trashed: string[] = [];
  readonly notifications: { readonly title: string; readonly body: string; click(): void }[] = [];
  readonly blockers = new Set<number>();
  readonly paths = new Map<string, string>();
  menu: Electron.MenuItemConstructorOptions[] = [];
  firstInstance = true;
  lockData: unknown;
  sandboxed = false;
  badge = 0;
  quits = 0;
  exitCode: number | undefined;
  packaged = true;
  microphone = true;
  /** What happens when a window loads an address; tests with a browser open a page. */
  onLoad: (window: FakeWindow, url: string) => Promise<void> = () => Promise.resolve();
  permissionRequest: Parameters<Electron.Session['setPermissionRequestHandler']>[0] = null;
  permissionCheck: Parameters<Electron.Session['setPermissionCheckHandler']>[0] = null;
  devicePermission: Parameters<Electron.Session['setDevicePermissionHandler']>[0] = null;
  displayMedia: Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0] = null;
  bluetooth: Parameters<Electron.Session['setBluetoothPairingHandler']>[0] = null;
  usbClasses: Parameters<Electron.Session['setUSBProtectedClassesHandler']>[0] = null;
}

/** Who emits; emptied with every reset. */
export const emitters = {
  app: new EventEmitter(),
  ipc: new EventEmitter(),
  session: new EventEmitter(),
  power: new EventEmitter(),
};

/** The stand-in's state, replaced by `resetElectron`. */
export const current = { state: new ElectronState() };

/** A machine on which nothing has been started. */
export function resetElectron(userDataFolder: string): ElectronState {
  for (const emitter of Object.values(emitters)) emitter.removeAllListeners();
  current.state = new ElectronState();
  current.state.paths.set('userData', userDataFolder).set('documents', userDataFolder);
  return current.state;
}
