import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { BRIDGE_NAME, type Bridge, CHANNEL } from '../../shared/ipc/bridge.ts';

// The only module that touches ipcRenderer. Electron's event object, which leads back to ipcRenderer, stays here:
// listeners of the page get the message and nothing else.
let onMessage: ((message: unknown) => void) | undefined;
let onClose: (() => void) | undefined;
/** What came before the page listened. */
const early: unknown[] = [];
let closed = false;

ipcRenderer.on(CHANNEL.message, (_event, message: unknown) => {
  if (onMessage === undefined) early.push(message);
  else onMessage(message);
});
ipcRenderer.on(CHANNEL.close, end);

function end(): void {
  if (closed) return;
  closed = true;
  onClose?.();
}

const bridge: Bridge = {
  send: (message) => {
    if (!closed) ipcRenderer.send(CHANNEL.message, message);
  },
  onMessage: (listener) => {
    onMessage = listener;
    for (const message of early.splice(0)) listener(message);
  },
  onClose: (listener) => {
    onClose = listener;
    if (closed) listener();
  },
  close: () => {
    if (!closed) ipcRenderer.send(CHANNEL.close);
    end();
  },
  pathOf: (file) => {
    try {
      return webUtils.getPathForFile(file as File);
    } catch {
      return '';
    }
  },
  prepareCapture: () => ipcRenderer.send(CHANNEL.prepareCapture),
};

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
ipcRenderer.send(CHANNEL.open);
