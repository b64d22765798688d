import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type BrowserHost, startBrowserHost } from '../../electron/browser-host/host.ts';
import type { HostedApp } from '../../electron/services/hosted-app.ts';
import { connect, type Connection } from '../../shared/ipc/connect.ts';
import { contract, type Contract } from '../../shared/ipc/contract.ts';
import { webSocketPort } from '../../shared/ipc/web-socket-port.ts';
import { FakeApp } from '../support/fake-api.ts';

/** A page of two files, with a secret beside its folder. */
export function writePage(folder: string): string {
  const page = join(folder, 'renderer');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Tailslate</title>');
  writeFileSync(join(page, 'assets', 'app.js'), 'export {};');
  writeFileSync(join(page, 'assets', 'notes.secret'), 'of no kind a page is made of');
  writeFileSync(join(folder, 'secret.json'), '{"secret":true}');
  return page;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A browser host and a visitor that can say what no browser would. */
export class RunningHost {
  readonly app: FakeApp;
  readonly host: BrowserHost;
  readonly name: string;
  readonly origin: string;
  readonly port: number;
  readonly faults: string[];
  cookie = '';

  private constructor(host: BrowserHost, app: FakeApp, faults: string[]) {
    this.host = host;
    this.app = app;
    this.faults = faults;
    const url = new URL(host.url);
    this.name = url.host;
    this.origin = url.origin;
    this.port = Number(url.port);
  }

  static async start(pageFolder: string, changes: Partial<HostedApp> = {}): Promise<RunningHost> {
    const app = Object.assign(new FakeApp(), changes);
    const faults: string[] = [];
    const onFault = (error: unknown, place: string): void => void faults.push(`${place}: ${String(error)}`);
    const host = await startBrowserHost({ app, pageFolder, port: 0, onFault });
    return new RunningHost(host, app, faults);
  }

  /** Comes in as the browser that the address was opened in. */
  async enter(): Promise<void> {
    const { headers } = await this.get(this.host.url.slice(this.origin.length));
    this.cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  }

  /** Sends a request whose path stays as it is written. */
  get(
    path: string,
    headers: Readonly<Record<string, string>> = {},
    method = 'GET',
    body = '',
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        host: '127.0.0.1',
        port: this.port,
        path,
        method,
        headers: { ...(this.cookie === '' ? {} : { cookie: this.cookie }), ...headers },
      });
      request.once('error', reject);
      request.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
        response.once('error', reject);
      });
      request.end(body);
    });
  }

  /** Opens a WebSocket with these headers. @returns it, or the status it was refused with. */
  socket(headers: Readonly<Record<string, string>> = {}, path = '/ipc'): Promise<WebSocket | number> {
    const socket = new WebSocket(`ws://${this.name}${path}`, {
      headers: { origin: this.origin, ...(this.cookie === '' ? {} : { cookie: this.cookie }), ...headers },
    });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
      socket.once('error', reject);
    });
  }

  async connect(): Promise<{ connection: Connection<Contract>; socket: WebSocket }> {
    const socket = await this.socket();
    if (typeof socket === 'number') throw new Error(`the socket was refused with ${socket}`);
    return { connection: connect(contract, webSocketPort(socket), () => undefined), socket };
  }
}
