import type * as Electron from 'electron';
import { type Connection, connect } from '../../../shared/ipc/connect.ts';
import { contract, type Contract, type WatchName, type WatchValue } from '../../../shared/ipc/contract.ts';
import type { Port, PortData } from '../../../shared/ipc/port.ts';
import { startDesktop } from '../../../electron/main/desktop.ts';
import { CHANNEL } from '../../../shared/ipc/bridge.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { FakeFrame } from './contents.ts';
import { FakeCore, fakeParts } from './fake-core.ts';
import { type ElectronState, emitters, resetElectron } from './state.ts';
import type { FakeWindow } from './window.ts';

/** A desktop program running on the stand-in. */
export interface Desk {
  readonly electron: ElectronState;
  readonly core: FakeCore;
  readonly parts: ReturnType<typeof fakeParts>;
  readonly userDataFolder: string;
  /** The visible window. */
  readonly window: FakeWindow;
}

export interface DeskOptions {
  readonly argv?: readonly string[];
  readonly userDataFolder?: string;
  /** Changes what the machine is, before anything runs. */
  prepare?(electron: ElectronState, core: FakeCore, parts: ReturnType<typeof fakeParts>): void;
}

/** Starts the program; every message of a page goes through `speak`. */
export async function startDesk(options: DeskOptions = {}): Promise<Desk> {
  const userDataFolder = options.userDataFolder ?? temporaryFolder();
  const electron = resetElectron(userDataFolder);
  const core = new FakeCore();
  const parts = fakeParts(core);
  options.prepare?.(electron, core, parts);
  await startDesktop(parts, options.argv ?? [], '/home/someone');
  const [window] = electron.windows;
  if (window === undefined) throw new Error('no window was opened');
  return { electron, core, parts, userDataFolder, window };
}

/** A message from a window's page, as Electron hands it over; `frame` when it comes from elsewhere in the window. */
export function speak(
  window: FakeWindow,
  channel: string,
  message?: unknown,
  frame: FakeFrame | null = window.webContents.mainFrame,
): void {
  const event = { sender: window.webContents, senderFrame: frame };
  emitters.ipc.emit(channel, event, message);
}

/** A page as the preload script makes it one: its end of the connection, and all that the host sent it. */
export interface FakePage extends Connection<Contract> {
  readonly heard: readonly unknown[];
  /** Whether the host said that it is over. */
  readonly ended: boolean;
}

/** The window's page has loaded and said so. */
export function connectPage(window: FakeWindow): FakePage {
  const frame = window.webContents.mainFrame;
  const heard: unknown[] = [];
  let ended = false;
  let onMessage: (data: unknown) => void = () => undefined;
  let onClose: () => void = () => undefined;
  frame.onSend = (channel, data) => {
    if (channel === CHANNEL.message) {
      // What crosses is a copy, and has to be one that can be made.
      const copy: unknown = structuredClone(data);
      heard.push(copy);
      onMessage(copy);
    } else if (channel === CHANNEL.close) {
      ended = true;
      onClose();
    }
  };
  const port: Port = {
    send: (data: PortData) => speak(window, CHANNEL.message, structuredClone(data), frame),
    onMessage: (listener) => (onMessage = listener),
    onClose: (listener) => (onClose = listener),
    close: () => speak(window, CHANNEL.close, undefined, frame),
  };
  const connection = connect(contract, port, (error, place) => {
    throw new Error(`${place}: ${String(error)}`);
  });
  speak(window, CHANNEL.open, undefined, frame);
  return Object.defineProperties(connection, {
    heard: { value: heard },
    ended: { get: () => ended },
  }) as FakePage;
}

/** The newest value of a watched value. */
export function watched<N extends WatchName>(page: FakePage, name: N): WatchValue<N> | undefined {
  let value: WatchValue<N> | undefined;
  page.api.watch(name, (snapshot) => (value = snapshot.value))();
  return value;
}

/** Finds a menu item by its label, menus first: `item(electron, 'File', 'Batch Export', 'Archive')`. */
export function menuItem(
  electron: ElectronState,
  ...labels: readonly string[]
): Electron.MenuItemConstructorOptions {
  let items = electron.menu;
  let found: Electron.MenuItemConstructorOptions | undefined;
  for (const label of labels) {
    found = items.find((item) => item.label?.replace(/^&/, '') === label);
    if (found === undefined)
      throw new Error(
        `no menu item "${label}" in ${items.map((i) => i.label ?? i.role ?? i.type).join(', ')}`,
      );
    items = Array.isArray(found.submenu) ? found.submenu : [];
  }
  if (found === undefined) throw new Error('no label was given');
  return found;
}

/** Clicks it, as far as our own handlers look at a click. */
export function click(item: Electron.MenuItemConstructorOptions): void {
  (item.click as (() => void) | undefined)?.();
}

/** Lets everything run that is ready to run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
