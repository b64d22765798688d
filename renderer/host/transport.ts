import { contract, type Api, type Contract } from '../../shared/ipc/contract.ts';
import { connect, type Connection } from '../../shared/ipc/connect.ts';
import type { Port } from '../../shared/ipc/port.ts';
import { redial } from '../../shared/ipc/redial.ts';
import { SOCKET_PATH, webSocketPort } from '../../shared/ipc/web-socket-port.ts';

/** What the preload script leaves in the window: the only way to the desktop. */
interface Bridge extends Port {
  /** Where a dropped file lies; an empty string for what is no file of a disk. */
  readonly pathOf: (file: File) => string;
  /** Opens the hidden window that records, where there is none yet. */
  readonly prepareCapture: () => void;
}

declare global {
  interface Window {
    readonly tailslate?: Bridge;
  }
}

interface Transport {
  readonly api: Api;
  /** Sends a packet frame; resolves when the host has it. */
  readonly sendPackets: (frame: Uint8Array) => Promise<void>;
  /** Told whenever the connection is lost or there again. */
  readonly onConnected: (listener: (connected: boolean) => void) => void;
  /** Path of a dropped file; null in a browser, which does not tell. */
  readonly pathOfFile: (file: File) => string | null;
  /** Opens the window that records; undefined where this page records itself. */
  readonly prepareCapture: (() => void) | undefined;
}

const RETRY_MILLIS = 1000;

/** The program behind this window: over the preload's port in Electron, over a WebSocket in a browser. */
export async function openTransport(): Promise<Transport> {
  const listeners: ((connected: boolean) => void)[] = [];
  const onConnected = (listener: (connected: boolean) => void): void => void listeners.push(listener);
  const tell = (connected: boolean): void => {
    for (const listener of listeners) listener(connected);
  };
  const bridge = window.tailslate;
  if (bridge !== undefined) {
    const connection = connect(contract, bridge, noted);
    return {
      ...ends(connection),
      onConnected,
      pathOfFile: (file) => bridge.pathOf(file) || null,
      prepareCapture: () => bridge.prepareCapture(),
    };
  }
  const port = await firstPort();
  const connection = connect(contract, port, noted);
  // A page goes on by itself when its host was away for a while: watched values are asked for again.
  redial(connection, port, { dial: dialSocket, wait, onChange: tell });
  return { ...ends(connection), onConnected, pathOfFile: () => null, prepareCapture: undefined };
}

function ends(connection: Connection<Contract>): Pick<Transport, 'api' | 'sendPackets'> {
  return { api: connection.api, sendPackets: (frame) => connection.sendPackets(frame) };
}

/** Tries until the host is there. */
async function firstPort(): Promise<Port> {
  for (;;) {
    const port = await dialSocket().catch(() => undefined);
    if (port !== undefined) return port;
    await wait(RETRY_MILLIS);
  }
}

/** @throws when the host cannot be reached. */
function dialSocket(): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(new URL(SOCKET_PATH, location.href));
    const port = webSocketPort(socket);
    socket.addEventListener('open', () => resolve(port));
    socket.addEventListener('close', () => reject(new Error('the host cannot be reached')));
  });
}

function wait(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

function noted(error: unknown, place: string): void {
  console.error(`tailslate: ${place}`, error);
}
