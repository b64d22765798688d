import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';

type Sent = (channel: string, ...args: unknown[]) => void;

/** A frame of the stand-in; `onSend` is what the page behind it does with messages of the host. */
export class FakeFrame implements Pick<Electron.WebFrameMain, 'url' | 'detached' | 'isDestroyed' | 'send'> {
  url = '';
  detached = false;
  parent: FakeFrame | null = null;
  destroyed = false;
  readonly sent: (readonly unknown[])[] = [];
  onSend: Sent = () => undefined;

  isDestroyed(): boolean {
    return this.destroyed;
  }

  send(channel: string, ...args: unknown[]): void {
    this.sent.push([channel, ...args]);
    this.onSend(channel, ...args);
  }
}

/** What a page is in, for the stand-in. */
export class FakeWebContents
  extends EventEmitter
  implements Pick<Electron.WebContents, 'isDestroyed' | 'reload' | 'setWindowOpenHandler'>
{
  mainFrame = new FakeFrame();
  reloads = 0;
  destroyed = false;
  openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] | undefined;

  isDestroyed(): boolean {
    return this.destroyed;
  }

  reload(): void {
    this.reloads++;
  }

  setWindowOpenHandler(handler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler;
  }

  /** Emits an event whose default can be prevented. @returns whether it was. */
  attempt(name: string, details: object = {}, ...args: readonly unknown[]): boolean {
    return attempt(this, name, details, ...args);
  }
}

/** Emits an event whose default can be prevented. @returns whether it was. */
export function attempt(
  emitter: EventEmitter,
  name: string,
  details: object = {},
  ...args: readonly unknown[]
): boolean {
  let prevented = false;
  const event = { ...details, preventDefault: () => (prevented = true) };
  emitter.emit(name, event, ...args);
  return prevented;
}
