import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { attempt, FakeWebContents } from './contents.ts';
import { current, emitters } from './state.ts';

type Like = Pick<
  Electron.BrowserWindow,
  | 'close'
  | 'destroy'
  | 'focus'
  | 'getNormalBounds'
  | 'isDestroyed'
  | 'isFocused'
  | 'isMaximized'
  | 'isMinimized'
  | 'loadURL'
  | 'maximize'
  | 'restore'
  | 'setProgressBar'
  | 'show'
>;

/** Electron's BrowserWindow without a window: it keeps what it was told and emits what it is asked to. */
export class FakeWindow extends EventEmitter implements Like {
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly webContents = new FakeWebContents();
  readonly loaded: string[] = [];
  progress: readonly unknown[] = [];
  visible = false;
  focused = false;
  minimized = false;
  maximized = false;
  destroyed = false;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    this.options = options;
    current.state.windows.push(this);
    emitters.app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.webContents.mainFrame.url = url;
    await current.state.onLoad(this, url);
    this.emit('ready-to-show');
  }

  close(): void {
    if (!attempt(this, 'close')) this.destroy();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.webContents.destroyed = true;
    this.webContents.mainFrame.destroyed = true;
    this.webContents.emit('destroyed');
    this.emit('closed');
  }

  /** The page's process ends, as Electron reports it. */
  crash(reason: Electron.RenderProcessGoneDetails['reason'] = 'crashed'): void {
    this.webContents.emit('render-process-gone', {}, { reason, exitCode: 5 });
  }

  show(): void {
    this.visible = true;
  }
  focus(): void {
    this.focused = true;
  }
  restore(): void {
    this.minimized = false;
  }
  maximize(): void {
    this.maximized = true;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  isFocused(): boolean {
    return this.focused;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  getNormalBounds(): Electron.Rectangle {
    const { x = 0, y = 0, width = 0, height = 0 } = this.options;
    return { x, y, width, height };
  }
  setProgressBar(...progress: Parameters<Electron.BrowserWindow['setProgressBar']>): void {
    this.progress = progress;
  }
}
