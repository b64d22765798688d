import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeError, type FaultHook } from '../../shared/ipc/envelope.ts';
import { isMediaPath, parseMediaPath } from '../../shared/ipc/media-path.ts';
import type { ErrorCode } from '../../shared/model/errors.ts';
import type { HostedApp } from '../services/hosted-app.ts';
import type { Guard, Refusal } from './guard.ts';
import { securityHeaders } from './headers.ts';
import type { PageFile } from './page-files.ts';

export interface HttpOptions {
  readonly guard: Guard;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly media: HostedApp['media'];
  readonly onFault: FaultHook;
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = { usage: 400, 'not-found': 404, internal: 500 };
/** The entrance, with or without a token. */
const ENTRANCE = /^\/(?:\?token=([\w-]*))?$/;

/** Answers requests for the page, its files and media, and nothing else. */
export function answerHttp({ guard, files, media, onFault }: HttpOptions) {
  const headers = securityHeaders(guard.host);

  const answer = (
    response: ServerResponse,
    status: number,
    type: string,
    bytes: Uint8Array | string,
  ): void => {
    const body = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    response.writeHead(status, { ...headers, 'content-type': type, 'content-length': body.byteLength });
    response.end(body);
  };
  const refuse = (response: ServerResponse, { status, reason }: Refusal): void => {
    // Whatever it went on to send is not read.
    if (status !== 401) response.setHeader('connection', 'close');
    if (status === 405) response.setHeader('allow', 'GET, HEAD');
    answer(response, status, 'text/plain; charset=utf-8', `Tailslate: ${reason}\n`);
  };
  const sendMedia = async (response: ServerResponse, path: string): Promise<void> => {
    try {
      const { bytes, type } = await media.read(parseMediaPath(path));
      answer(response, 200, type, bytes);
    } catch (error) {
      const shape = encodeError(error, 'media', onFault);
      const status = Object.entries(STATUS).find(([code]) => code === shape.code)?.[1] ?? 409;
      answer(response, status, 'application/json', JSON.stringify(shape));
    }
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    const url = request.url ?? '';
    const entrance = ENTRANCE.exec(url);
    const wrong = guard.refuse(request);
    if (wrong !== undefined) {
      refuse(response, wrong);
      return;
    }
    if (entrance?.[1] !== undefined && request.method === 'GET') {
      const cookie = guard.exchange(entrance[1]);
      if (cookie !== undefined) response.setHeader('set-cookie', cookie);
      if (cookie !== undefined || guard.refuseGuest(request) === undefined) {
        // A clean address: the token stays in no history and no title.
        response.writeHead(303, { ...headers, location: '/' }).end();
        return;
      }
    }
    const guest = guard.refuseGuest(request);
    if (guest !== undefined) {
      refuse(response, guest);
      return;
    }
    const path = entrance === null ? url.slice(1) : 'index.html';
    const file = files.get(path);
    if (file !== undefined) answer(response, 200, file.type, file.bytes);
    else if (isMediaPath(path)) void sendMedia(response, path);
    else answer(response, 404, 'text/plain; charset=utf-8', 'Tailslate: there is no such file.\n');
  };
}
