import { BrowserWindow, type WebContents } from 'electron';
import { PAGE } from './scheme.ts';
import { pagePreferences } from './window.ts';

/** So many failures within this time, and it is not started again: something is broken that restarts do not mend. */
const MOST_FAILURES = 3;
const FAILURE_SPAN_MICROS = 60_000_000;

export interface CaptureParts {
  readonly preloadFile: string;
  readonly now: () => number;
  /** It failed; `restarted` is false when that happened too often. */
  onFailed(reason: string, restarted: boolean): void;
}

/**
 * The hidden window that holds the microphones. It is apart from the visible one so that neither a reload nor a
 * crash there touches a recording (docs/capture-window.md).
 */
export class CaptureWindow {
  readonly #parts: CaptureParts;
  #window: BrowserWindow | undefined;
  #failures: number[] = [];

  constructor(parts: CaptureParts) {
    this.#parts = parts;
  }

  /** Opens it, unless it is there. */
  prepare(): void {
    if (this.#window === undefined) this.#open();
  }

  /** Whether these are its contents. */
  holds(contents: WebContents | null): boolean {
    return this.#window !== undefined && this.#window.webContents === contents;
  }

  close(): void {
    const window = this.#window;
    this.#window = undefined;
    window?.destroy();
  }

  #open(): void {
    const window = new BrowserWindow({
      show: false,
      skipTaskbar: true,
      focusable: false,
      title: 'Tailslate capture',
      webPreferences: {
        ...pagePreferences(this.#parts.preloadFile),
        // Hidden pages get their timers slowed down; this one has audio to deliver.
        backgroundThrottling: false,
        // An AudioContext starts without the click that nobody can make here.
        autoplayPolicy: 'no-user-gesture-required',
      },
    });
    this.#window = window;
    window.webContents.on('render-process-gone', (_event, { reason }) => this.#failed(window, reason));
    window.on('closed', () => {
      if (this.#window === window) this.#window = undefined;
    });
    window.loadURL(PAGE.capture).catch(() => this.#failed(window, 'load-failed'));
  }

  #failed(window: BrowserWindow, reason: string): void {
    if (this.#window !== window) return;
    this.close();
    const now = this.#parts.now();
    this.#failures = [...this.#failures.filter((at) => now - at < FAILURE_SPAN_MICROS), now];
    const restarted = this.#failures.length < MOST_FAILURES;
    if (restarted) this.#open();
    this.#parts.onFailed(reason, restarted);
  }
}
