import { app, type BrowserWindow, dialog, type WebContents } from 'electron';
import type { FaultLog } from '../io/fault-log.ts';
import { MESSAGES } from './messages.ts';
import { PAGE } from './scheme.ts';
import { openWindow, type WindowParts } from './window.ts';

export interface VisibleWindowParts extends Omit<WindowParts, 'onCreated'> {
  readonly faults: FaultLog;
  /** May the window go? Asked before it closes. */
  mayClose(): boolean;
  onClosed(): void;
}

/** The one visible window: opened when wanted, brought back when its page fails. */
export class VisibleWindow {
  readonly #parts: VisibleWindowParts;
  #window: BrowserWindow | undefined;
  #opening: Promise<unknown> | undefined;
  /** It failed since it last was fine; a page that fails at once would otherwise be reloaded for ever. */
  #failed = false;

  constructor(parts: VisibleWindowParts) {
    this.#parts = parts;
  }

  get current(): BrowserWindow | undefined {
    return this.#window;
  }

  /** Whether these are its contents. */
  holds(contents: WebContents | null): boolean {
    return this.#window !== undefined && this.#window.webContents === contents;
  }

  /** Brings it to the front; opens it where there is none. */
  async show(): Promise<void> {
    const window = this.#window;
    if (window === undefined) {
      this.#opening ??= openWindow({
        ...this.#parts,
        onCreated: (created) => this.#follow(created),
      }).finally(() => (this.#opening = undefined));
      await this.#opening;
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  #follow(window: BrowserWindow): void {
    this.#window = window;
    window.on('close', (event) => {
      if (!this.#parts.mayClose()) event.preventDefault();
    });
    window.on('closed', () => {
      this.#window = undefined;
      this.#parts.onClosed();
    });
    window.on('unresponsive', () => void this.#unresponsive(window));
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (reason === 'clean-exit') return;
      this.#parts.faults.note('window', `${reason} (${exitCode})`);
      void this.#gone(window);
    });
    window.webContents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
      if (isMainFrame) this.#parts.faults.note('window', `did not load: ${code} ${description}`);
    });
  }

  async #gone(window: BrowserWindow): Promise<void> {
    if (!this.#failed) {
      this.#failed = true;
      await window.loadURL(PAGE.window);
      await dialog.showMessageBox(window, { type: 'warning', ...MESSAGES.windowGone });
      this.#failed = false;
      return;
    }
    const { reopen, quit, ...told } = MESSAGES.windowGoneTwice;
    const answer = await dialog.showMessageBox({
      type: 'error',
      ...told,
      buttons: [reopen, quit],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    if (answer.response === 1) app.quit();
    else await window.loadURL(PAGE.window);
  }

  async #unresponsive(window: BrowserWindow): Promise<void> {
    this.#parts.faults.note('window', 'unresponsive');
    const { wait, reload, ...told } = MESSAGES.unresponsive;
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      ...told,
      buttons: [wait, reload],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    if (response === 1 && !window.isDestroyed()) window.webContents.reload();
  }
}
