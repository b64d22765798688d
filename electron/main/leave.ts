import { app, type BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import { AppError } from '../../shared/model/errors.ts';
import type { HostedApp } from '../services/hosted-app.ts';
import { MESSAGES } from './messages.ts';

/** How the program ends: a recording is asked about and stopped first, and the core closes before the process. */
export class Leave {
  readonly #core: HostedApp;
  readonly #window: () => BrowserWindow | undefined;
  #under: Promise<void> | undefined;
  #done = false;

  constructor(core: HostedApp, window: () => BrowserWindow | undefined) {
    this.#core = core;
    this.#window = window;
  }

  /** Whether all is closed and nothing keeps the process any more. */
  get done(): boolean {
    return this.#done;
  }

  /** Whether something would be lost by just closing the window. */
  get recording(): boolean {
    return this.#state() !== null;
  }

  /** Ends the program, unless the user wants to go on recording. Asked for again while under way, it is the same. */
  start(asked: 'user' | 'system'): Promise<void> {
    this.#under ??= this.#leave(asked).finally(() => (this.#under = undefined));
    return this.#under;
  }

  async #leave(asked: 'user' | 'system'): Promise<void> {
    if (this.recording) {
      if (asked === 'user' && !(await this.#userStops())) return;
      if (!(await this.#stopped(asked))) return;
    }
    await this.#core.close();
    this.#done = true;
    app.quit();
  }

  async #userStops(): Promise<boolean> {
    const { message, detail, keep, stop } = MESSAGES.quitWhileRecording;
    const buttons = [keep, stop];
    const options = {
      type: 'warning',
      message,
      detail,
      buttons,
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    } as const;
    return (await this.#ask({ ...options, buttons })) === 1;
  }

  /** Whether nothing records any more. The recording may have ended by itself while the question was open. */
  async #stopped(asked: 'user' | 'system'): Promise<boolean> {
    const state = this.#state();
    if (state === null) return true;
    try {
      await this.#core.implementations.recording.calls.stop({ positionSamples: state.positionSamples });
      return true;
    } catch (error) {
      // The system does not wait for an answer; closing the core closes the logs.
      if (asked === 'system' || this.#state() === null) return true;
      const reason = error instanceof AppError ? error.message : '';
      await this.#ask({ type: 'error', ...MESSAGES.stopFailed(reason) });
      return false;
    }
  }

  async #ask(options: MessageBoxOptions): Promise<number> {
    const parent = this.#window();
    const { response } =
      parent === undefined
        ? await dialog.showMessageBox(options)
        : await dialog.showMessageBox(parent, options);
    return response;
  }

  #state(): { readonly positionSamples: number } | null {
    let state: { readonly positionSamples: number } | null = null;
    this.#core.implementations.recording.values.state.watch(({ value }) => (state = value))();
    return state;
  }
}
