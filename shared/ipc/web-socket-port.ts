import type { Port, PortData } from './port.ts';

/** What a port needs of a WebSocket: the browser's is one, and so is the one of the `ws` package. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
}

/** Where the browser host takes its WebSocket, on the page's own origin. */
export const SOCKET_PATH = '/ipc';

const OPEN = 1;
/** A reader that leaves this many bytes unread is gone or hostile. */
const MAX_UNREAD_BYTES = 256 * 1024 * 1024;

/**
 * A port over a WebSocket that is open or about to be: text frames are messages as JSON, binary ones packet frames.
 * What arrives before anyone listens is kept.
 */
export function webSocketPort(socket: SocketLike): Port {
  socket.binaryType = 'arraybuffer';
  const early: unknown[] = [];
  let listen = (data: unknown): void => void early.push(data);
  socket.addEventListener('message', ({ data }) => listen(decode(data)));
  return {
    send(data) {
      if (socket.readyState !== OPEN) return;
      if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.close();
      else socket.send(encode(data));
    },
    onMessage(listener) {
      listen = listener;
      for (const data of early.splice(0)) listener(data);
    },
    onClose(listener) {
      socket.addEventListener('close', listener);
    },
    close() {
      socket.close();
    },
  };
}

function encode(data: PortData): string | Uint8Array<ArrayBuffer> {
  if (!(data instanceof Uint8Array)) return JSON.stringify(data);
  // Sockets do not send from memory that threads share.
  return data.buffer instanceof ArrayBuffer ? (data as Uint8Array<ArrayBuffer>) : new Uint8Array(data);
}

function decode(data: unknown): unknown {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return data;
  }
}
