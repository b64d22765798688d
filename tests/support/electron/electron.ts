// Stands in for Electron's main-process module. Every member is checked against Electron's own declarations;
// what the program does not use is not there, so that a new use fails loudly.
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { attempt } from './contents.ts';
import { current, emitters } from './state.ts';
import { FakeWindow } from './window.ts';

/** An emitter of the stand-in with members of Electron's. */
function emitting<T extends object>(emitter: EventEmitter, members: T): EventEmitter & T {
  return Object.defineProperties(emitter, Object.getOwnPropertyDescriptors(members)) as EventEmitter & T;
}

export const app = emitting(emitters.app, {
  whenReady: () => Promise.resolve(),
  get isPackaged() {
    return current.state.packaged;
  },
  getPath: (name) => current.state.paths.get(name) ?? '',
  setPath: (name, path) => void current.state.paths.set(name, path),
  getLocale: () => 'en-GB',
  requestSingleInstanceLock: (data) => {
    current.state.lockData = data;
    return current.state.firstInstance;
  },
  enableSandbox: () => void (current.state.sandboxed = true),
  setAppUserModelId: () => undefined,
  setBadgeCount: (count) => {
    current.state.badge = count ?? 0;
    return true;
  },
  /** As Electron does it: `before-quit` may prevent; else windows close, and `will-quit` comes last. */
  quit: () => {
    current.state.quits++;
    if (attempt(emitters.app, 'before-quit')) return;
    for (const window of current.state.windows) if (!window.isDestroyed()) window.close();
    if (current.state.windows.every((window) => window.isDestroyed())) {
      current.state.exitCode ??= 0;
      attempt(emitters.app, 'will-quit');
    }
  },
  exit: (code) => void (current.state.exitCode = code ?? 0),
} satisfies Partial<Electron.App>);

export const BrowserWindow = FakeWindow;

export const dialog = {
  showMessageBox: async (...args: readonly unknown[]) => {
    current.state.asked.push({ kind: 'message', options: args.at(-1) as Electron.MessageBoxOptions });
    return { response: await (current.state.responses.shift() ?? 0), checkboxChecked: false };
  },
  showOpenDialog: (...args: readonly unknown[]) => {
    current.state.asked.push({ kind: 'open', options: args.at(-1) as Electron.MessageBoxOptions });
    const filePaths = current.state.picked.shift() ?? [];
    return Promise.resolve({ canceled: filePaths.length === 0, filePaths });
  },
  showErrorBox: (message, detail) =>
    void current.state.asked.push({ kind: 'error', options: { message, detail } }),
} satisfies Partial<Electron.Dialog>;

export const ipcMain = emitters.ipc;

export const Menu = {
  /** The items as they were given; a test finds one by its label and clicks it. */
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (menu: Electron.MenuItemConstructorOptions[]) => void (current.state.menu = menu),
};

export const nativeTheme = {
  themeSource: 'system',
  shouldUseDarkColors: true,
} satisfies Partial<Electron.NativeTheme>;

export class Notification extends EventEmitter implements Pick<Electron.Notification, 'show'> {
  readonly #options: Electron.NotificationConstructorOptions;
  static isSupported(): boolean {
    return true;
  }
  constructor(options: Electron.NotificationConstructorOptions = {}) {
    super();
    this.#options = options;
  }
  show(): void {
    const { title = '', body = '' } = this.#options;
    current.state.notifications.push({ title, body, click: () => this.emit('click') });
  }
}

export const powerMonitor = emitters.power;

let blockerId = 0;
export const powerSaveBlocker = {
  start: () => {
    current.state.blockers.add(++blockerId);
    return blockerId;
  },
  stop: (id) => current.state.blockers.delete(id),
} satisfies Partial<Electron.PowerSaveBlocker>;

export const protocol = {
  registerSchemesAsPrivileged: (schemes) => void current.state.schemes.push(...schemes),
  handle: (scheme, handler) => void current.state.handlers.set(scheme, handler),
} satisfies Partial<Electron.Protocol>;

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 25, width: 1920, height: 1055 } }] as Electron.Display[],
} satisfies Partial<Electron.Screen>;

export const session = {
  defaultSession: emitting(emitters.session, {
    setPermissionRequestHandler: (handler) => void (current.state.permissionRequest = handler),
    setPermissionCheckHandler: (handler) => void (current.state.permissionCheck = handler),
    setDevicePermissionHandler: (handler) => void (current.state.devicePermission = handler),
    setDisplayMediaRequestHandler: (handler) => void (current.state.displayMedia = handler),
    setBluetoothPairingHandler: (handler) => void (current.state.bluetooth = handler),
    setUSBProtectedClassesHandler: (handler) => void (current.state.usbClasses = handler),
  } satisfies Partial<Electron.Session>),
};

export const shell = {
  openExternal: (url) => {
    current.state.opened.push(url);
    return Promise.resolve();
  },
  showItemInFolder: (path) => void current.state.revealed.push(path),
  trashItem: (path) => {
    if (path.includes('unmovable')) return Promise.reject(new Error('no trash'));
    current.state.trashed.push(path);
    return Promise.resolve();
  },
} satisfies Partial<Electron.Shell>;

export const systemPreferences = {
  askForMediaAccess: () => Promise.resolve(current.state.microphone),
} satisfies Partial<Electron.SystemPreferences>;
