import { ipcMain, type IpcMainEvent, type WebContents, type WebFrameMain } from 'electron';
import { CHANNEL } from '../../shared/ipc/bridge.ts';
import type { Port, PortData } from '../../shared/ipc/port.ts';
import { isPage, type PageName } from './scheme.ts';

interface Connection {
  readonly frame: WebFrameMain;
  receive(message: unknown): void;
  /** @param toldPage false where the page is gone: its frame may show the next one already, which must not hear. */
  close(toldPage: boolean): void;
}

/** What the host does with pages that come and speak. */
export interface IpcListener {
  /** Which page belongs into these contents; undefined when they are not ours. */
  pageOf(contents: WebContents): PageName | undefined;
  onConnect(port: Port, page: PageName): void;
  onPrepareCapture(): void;
  /** Something spoke that had no right to; `place` says where without naming files or people. */
  onRefused(place: string): void;
}

/**
 * The only module that touches ipcMain. Every single message is checked for its sender: the main frame of a window
 * of ours, showing that window's own page. A window has one connection, that of the document it shows.
 * @returns stops listening and closes what is open.
 */
export function listenToPages(listener: IpcListener): () => void {
  const open = new Map<WebContents, Connection>();
  const followed = new WeakSet<WebContents>();

  /** The page that speaks, or undefined for anyone else. */
  const sender = (event: IpcMainEvent, channel: string): PageName | undefined => {
    const page = listener.pageOf(event.sender);
    const frame = event.senderFrame;
    const own =
      page !== undefined &&
      frame !== null &&
      !frame.detached &&
      frame.parent === null &&
      frame === event.sender.mainFrame &&
      isPage(frame.url, page);
    if (!own) listener.onRefused(`message on ${channel}`);
    return own ? page : undefined;
  };

  const onOpen = (event: IpcMainEvent): void => {
    const page = sender(event, CHANNEL.open);
    const frame = event.senderFrame;
    if (page === undefined || frame === null) return;
    const contents = event.sender;
    if (!followed.has(contents)) {
      followed.add(contents);
      const end = (): void => open.get(contents)?.close(false);
      contents.on('render-process-gone', end);
      contents.once('destroyed', end);
    }
    open.get(contents)?.close(false);
    const { connection, port } = connect(frame, () => {
      if (open.get(contents) === connection) open.delete(contents);
    });
    open.set(contents, connection);
    listener.onConnect(port, page);
  };
  const onMessage = (event: IpcMainEvent, message: unknown): void => {
    if (sender(event, CHANNEL.message) === undefined) return;
    const connection = open.get(event.sender);
    // What a document sent before it was replaced may arrive after its successor's first word.
    if (connection !== undefined && connection.frame === event.senderFrame) connection.receive(message);
  };
  const onPrepare = (event: IpcMainEvent): void => {
    if (sender(event, CHANNEL.prepareCapture) === 'window') listener.onPrepareCapture();
  };

  const onClose = (event: IpcMainEvent): void => {
    if (sender(event, CHANNEL.close) === undefined) return;
    const connection = open.get(event.sender);
    if (connection !== undefined && connection.frame === event.senderFrame) connection.close(false);
  };

  ipcMain.on(CHANNEL.open, onOpen);
  ipcMain.on(CHANNEL.close, onClose);
  ipcMain.on(CHANNEL.message, onMessage);
  ipcMain.on(CHANNEL.prepareCapture, onPrepare);
  return () => {
    ipcMain.off(CHANNEL.open, onOpen);
    ipcMain.off(CHANNEL.close, onClose);
    ipcMain.off(CHANNEL.message, onMessage);
    ipcMain.off(CHANNEL.prepareCapture, onPrepare);
    for (const connection of [...open.values()]) connection.close(true);
  };
}

function connect(frame: WebFrameMain, onEnd: () => void): { connection: Connection; port: Port } {
  const messageListeners: ((message: unknown) => void)[] = [];
  const closeListeners: (() => void)[] = [];
  let closed = false;
  /** To this document only: a frame that is gone gets nothing, and neither does the one after it. */
  const tell = (channel: string, ...args: readonly unknown[]): void => {
    if (!frame.isDestroyed() && !frame.detached) frame.send(channel, ...args);
  };
  const close = (toldPage: boolean): void => {
    if (closed) return;
    closed = true;
    onEnd();
    if (toldPage) tell(CHANNEL.close);
    for (const ended of closeListeners) ended();
  };
  return {
    port: {
      send: (message: PortData) => {
        if (!closed) tell(CHANNEL.message, message);
      },
      onMessage: (added) => messageListeners.push(added),
      onClose: (added) => closeListeners.push(added),
      close: () => close(true),
    },
    connection: {
      frame,
      receive: (message) => {
        for (const heard of messageListeners) heard(message);
      },
      close,
    },
  };
}
