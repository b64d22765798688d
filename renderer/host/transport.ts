import { contract, type Api } from '../../shared/ipc/contract.ts';
import { connect } from '../../shared/ipc/connect.ts';
import type { Port } from '../../shared/ipc/port.ts';
import { SOCKET_PATH, webSocketPort } from '../../shared/ipc/web-socket-port.ts';

/** What the preload script leaves in the window: the only way to the desktop. */
interface Bridge extends Port {
  /** Where a dropped file lies; an empty string for what is no file of a disk. */
  readonly pathOf: (file: File) => string;
}

declare global {
  interface Window {
    readonly tailslate?: Bridge;
  }
}

interface Transport {
  readonly api: Api;
  /** Path of a dropped file; null in a browser, which does not tell. */
  readonly pathOfFile: (file: File) => string | null;
}

const RETRY_MILLIS = 1000;

/** The program behind this window: over the preload's port in Electron, over a WebSocket in a browser. */
export async function openTransport(): Promise<Transport> {
  const bridge = window.tailslate;
  if (bridge !== undefined) {
    const { api } = connect(contract, bridge, noted);
    return { api, pathOfFile: (file) => bridge.pathOf(file) || null };
  }
  return { api: await overSocket(), pathOfFile: () => null };
}

/** A page goes on by itself when its host was away for a while: watched values are asked for again. */
async function overSocket(): Promise<Api> {
  const first = await openSocket();
  const connection = connect(contract, webSocketPort(first), noted);
  const follow = (socket: WebSocket): void => {
    socket.addEventListener('close', () => {
      void openSocket().then((next) => {
        connection.attach(webSocketPort(next));
        follow(next);
      });
    });
  };
  follow(first);
  return connection.api;
}

/** Tries until the host is there. */
function openSocket(): Promise<WebSocket> {
  return new Promise((resolve) => {
    const attempt = (): void => {
      const socket = new WebSocket(new URL(SOCKET_PATH, location.href));
      const retry = (): void => void setTimeout(attempt, RETRY_MILLIS);
      socket.addEventListener('close', retry);
      socket.addEventListener('open', () => {
        socket.removeEventListener('close', retry);
        resolve(socket);
      });
    };
    attempt();
  });
}

function noted(error: unknown, place: string): void {
  console.error(`tailslate: ${place}`, error);
}
