import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { contract } from '../../shared/ipc/contract.ts';
import type { FaultHook } from '../../shared/ipc/envelope.ts';
import { MAX_TRANSPORT_BYTES } from '../../shared/ipc/limits.ts';
import { serve } from '../../shared/ipc/serve.ts';
import { SOCKET_PATH, webSocketPort } from '../../shared/ipc/web-socket-port.ts';
import { AppError } from '../../shared/model/errors.ts';
import { isFsError } from '../io/fs-error.ts';
import { randomSecret } from '../io/secret.ts';
import type { HostedApp } from '../services/hosted-app.ts';
import { Guard } from './guard.ts';
import { answerHttp } from './http.ts';
import { readPage } from './page-files.ts';

export interface BrowserHostOptions {
  readonly app: HostedApp;
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** TCP port on 127.0.0.1; 0 for any that is free. */
  readonly port: number;
  readonly onFault: FaultHook;
}

export interface BrowserHost {
  /** The address to open; it lets one browser in. */
  readonly url: string;
  /** Lets go of every page, then closes the program. */
  close(): Promise<void>;
}

/** Connections of any kind, and those of them that are WebSockets: a browser with a few tabs has ten. */
const MAX_CONNECTIONS = 64;
const MAX_SOCKETS = 16;
/** A page that does not answer two of these is gone. */
const HEARTBEAT_MS = 20_000;
/** How long a request may take to arrive, and an answer may wait for its reader. */
const SLOWEST_MS = 10_000;

/**
 * Serves the program to a page in the user's own browser, on this machine alone.
 * @throws AppError when the port is taken or there is no built page; the program is closed then.
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { app, onFault } = options;
  try {
    const files = await readPage(options.pageFolder);
    const server = createServer({
      headersTimeout: SLOWEST_MS,
      requestTimeout: SLOWEST_MS,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16 * 1024,
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.setTimeout(SLOWEST_MS);
    const port = await listen(server, options.port);
    const guard = new Guard(port, { token: randomSecret(), pass: randomSecret() });
    server.on('request', answerHttp({ guard, files, media: app.media, onFault }));
    const closeSockets = acceptSockets(server, guard, app, onFault);
    return {
      url: guard.entrance,
      close: async () => {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        closeSockets();
        server.closeAllConnections();
        await closed;
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Serves the contract over every WebSocket that the guard lets in. @returns closes them all. */
function acceptSockets(server: Server, guard: Guard, app: HostedApp, onFault: FaultHook): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_TRANSPORT_BYTES,
    perMessageDeflate: false,
  });
  const alive = new WeakSet<WebSocket>();
  const runId = randomSecret();

  server.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = guard.refuseSocket(request);
    const full = sockets.clients.size >= MAX_SOCKETS;
    if (refusal !== undefined || full || request.url !== SOCKET_PATH) {
      const status = refusal?.status ?? (full ? 503 : 404);
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      alive.add(webSocket);
      webSocket.on('pong', () => alive.add(webSocket));
      // What breaks the protocol closes the socket, which is all there is to do about it.
      webSocket.on('error', () => undefined);
      serve(contract, app.implementations, webSocketPort(webSocket), {
        runId,
        acceptPackets: (frame) => app.acceptPackets(frame),
        onFault,
      });
    });
  });
  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (alive.delete(socket)) socket.ping();
      else socket.terminate();
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return () => {
    clearInterval(heartbeat);
    for (const socket of sockets.clients) {
      socket.close(1001, 'Tailslate was closed.');
      socket.terminate();
    }
  };
}

/** @returns the port that was taken. @throws AppError('usage') when another program has it. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function listenError(error: Error, port: number): Error {
  const code = isFsError(error) ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const reason = code === 'EACCES' ? 'the system does not permit it' : 'another program uses it';
  return new AppError('unavailable', `Cannot listen on port ${port}: ${reason}.`, {
    next: 'Choose another one with --port, or leave that out to take any that is free.',
    cause: error,
  });
}
