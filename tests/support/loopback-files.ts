import { createServer, type Server } from 'node:http';

/** Files in memory that a page can load from this machine, and an empty page to load them from. */
export class LoopbackFiles {
  readonly #server: Server;
  readonly origin: string;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${port}`;
  }

  /** @param files by name. */
  static async serve(files: ReadonlyMap<string, Uint8Array>): Promise<LoopbackFiles> {
    const server = createServer((request, response) => {
      const name = decodeURIComponent((request.url ?? '/').slice(1));
      const bytes = files.get(name);
      if (name === '')
        response.setHeader('content-type', 'text/html').end('<!doctype html><title>Tests</title>');
      else if (bytes === undefined) response.writeHead(404).end();
      else response.setHeader('content-type', 'audio/mp4').end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return new LoopbackFiles(server, address.port);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
