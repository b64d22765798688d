import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is turned away, as an HTTP status and a sentence. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 405 | 421;
  readonly reason: string;
}

/** Secrets of one run, 32 random bytes each, as text that needs no escaping. */
export interface GuardSecrets {
  /** In the address that is opened; good for one exchange. */
  readonly token: string;
  /** In the cookie it is exchanged for. */
  readonly pass: string;
}

/**
 * Decides who may talk to the host. Other programs and other pages of the user's browser can reach the port; only
 * the page that was opened with the token may use it. Names are compared exactly: a foreign name that resolves to this
 * machine (DNS rebinding) is not ours.
 */
export class Guard {
  readonly host: string;
  readonly origin: string;
  readonly #cookieName: string;
  readonly #secrets: GuardSecrets;
  #tokenUsed = false;

  /** @param port the TCP port that is listened on; part of the cookie's name, since cookies know no ports. */
  constructor(port: number, secrets: GuardSecrets) {
    this.host = `127.0.0.1:${port}`;
    this.origin = `http://${this.host}`;
    this.#cookieName = `tailslate-${port}`;
    this.#secrets = secrets;
  }

  /** The address that lets a browser in, once. */
  get entrance(): string {
    return `${this.origin}/?token=${this.#secrets.token}`;
  }

  /** What is wrong with any request, whoever sends it. */
  refuse({ method, headers }: IncomingMessage): Refusal | undefined {
    if (headers.host !== this.host)
      return { status: 421, reason: `This is not ${headers.host ?? 'a host'}.` };
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'Only GET is answered.' };
    if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0) {
      return { status: 400, reason: 'A request brings no body.' };
    }
    if (headers.origin !== undefined && headers.origin !== this.origin) {
      return { status: 403, reason: 'Another page may not ask.' };
    }
    return undefined;
  }

  /** What is wrong with a request for anything but the entrance. */
  refuseGuest(request: IncomingMessage): Refusal | undefined {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return { status: 403, reason: 'Another page may not ask.' };
    }
    return this.#hasPass(request)
      ? undefined
      : { status: 401, reason: 'Open the address that Tailslate printed when it started; it works once.' };
  }

  /** What is wrong with the opening of a WebSocket, which browsers allow to every page of the web. */
  refuseSocket(request: IncomingMessage): Refusal | undefined {
    if (request.headers.origin !== this.origin) return { status: 403, reason: 'Another page may not ask.' };
    return this.refuse(request) ?? this.refuseGuest(request);
  }

  /** Exchanges the token. @returns the cookie to set; undefined when it is wrong or was used before. */
  exchange(token: string): string | undefined {
    if (this.#tokenUsed || !same(token, this.#secrets.token)) return undefined;
    this.#tokenUsed = true;
    return `${this.#cookieName}=${this.#secrets.pass}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000`;
  }

  #hasPass({ headers }: IncomingMessage): boolean {
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
    return pairs.some(([name, value = '']) => name === this.#cookieName && same(value, this.#secrets.pass));
  }
}

/** Compares in a time that tells nothing about where the two differ. */
function same(given: string, secret: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(secret);
  return one.length === other.length && timingSafeEqual(one, other);
}
