import { createServer } from 'node:http';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import type { Port } from '../../shared/ipc/port.ts';
import { MAX_TRANSPORT_BYTES } from '../../shared/ipc/limits.ts';
import { webSocketPort } from '../../shared/ipc/web-socket-port.ts';
import { portPair } from '../../shared/ipc/port-pair.ts';

/** One way of getting from a client to a host. */
export interface Transport {
  readonly name: string;
  /** Opens a connection: the client's end and the host's. */
  open(): Promise<readonly [client: Port, host: Port]>;
  close(): Promise<void>;
}

/** Every transport the contract holds over. Another host adds its own. */
export const TRANSPORTS: readonly (() => Promise<Transport>)[] = [inProcess, overWebSocket];

function inProcess(): Promise<Transport> {
  return Promise.resolve({
    name: 'in process',
    open: () => Promise.resolve(portPair()),
    close: () => Promise.resolve(),
  });
}

async function overWebSocket(): Promise<Transport> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, maxPayload: MAX_TRANSPORT_BYTES, perMessageDeflate: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    name: 'WebSocket',
    async open() {
      const arrived = new Promise<Port>((resolve) =>
        sockets.once('connection', (socket) => {
          socket.on('error', () => undefined);
          resolve(webSocketPort(socket));
        }),
      );
      const socket = new WebSocket(`ws://127.0.0.1:${address.port}`);
      // Listened to before anything arrives: the host speaks first.
      const port = webSocketPort(socket);
      await once(socket, 'open');
      return [port, await arrived];
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
