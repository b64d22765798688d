import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { byteRange } from './byte-range.ts';
import { SECURITY_HEADERS } from './content-policy.ts';
import { isOwnUrl } from './scheme.ts';

/** Audio that a page asks for, as the host reads it from the packet logs. */
export interface MediaBody {
  readonly type: string;
  readonly sizeBytes: number;
  read(startBytes: number, endBytes: number): Promise<Uint8Array>;
}

/** Finds what `/media/<name>` stands for; undefined when there is nothing of that name. */
export type MediaSource = (name: string) => Promise<MediaBody | undefined>;

/** The kinds of files that a build of the window consists of; no other is served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
/** A page gets at most this much of a recording at a time, so that no request fills the memory. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Answers requests for `app://tailslate/`: the built window's files, nothing above them, and media. */
export function ownFiles(root: string, media: MediaSource): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405);
    if (!isOwnUrl(request.url)) return refusal(403);
    const segments = safeSegments(new URL(request.url).pathname);
    if (segments === undefined) return refusal(403);
    const [first, ...rest] = segments;
    if (first === 'media') {
      const body = await media(rest.join('/'));
      return body === undefined ? refusal(404) : mediaResponse(request, body);
    }
    return fileResponse(root, segments);
  };
}

/**
 * The parts of a path, decoded once; undefined for one that could mean anything but a file below the root on any
 * system: climbing, empty and hidden parts, separators within a part, drives and streams of Windows, zero bytes.
 */
function safeSegments(pathname: string): readonly string[] | undefined {
  try {
    const segments = pathname.slice(1).split('/').map(decodeURIComponent);
    return segments.every((segment) => /^[^./\\:%\0][^/\\:%\0]*$/.test(segment)) ? segments : undefined;
  } catch {
    return undefined;
  }
}

async function fileResponse(root: string, segments: readonly string[]): Promise<Response> {
  const type = TYPES[extname(segments.at(-1) ?? '')];
  if (type === undefined) return refusal(404);
  try {
    const bytes = await readFile(join(root, ...segments));
    return new Response(bytes, { headers: { ...SECURITY_HEADERS, 'content-type': type } });
  } catch {
    return refusal(404);
  }
}

async function mediaResponse(request: Request, body: MediaBody): Promise<Response> {
  const headers = { ...SECURITY_HEADERS, 'content-type': body.type, 'accept-ranges': 'bytes' };
  const range = byteRange(request.headers.get('range'), body.sizeBytes);
  if (range === 'outside') {
    return new Response(null, {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${body.sizeBytes}` },
    });
  }
  if (request.method === 'HEAD') {
    return new Response(null, { headers: { ...headers, 'content-length': String(body.sizeBytes) } });
  }
  const { startBytes, endBytes } = range ?? { startBytes: 0, endBytes: body.sizeBytes };
  // Without a range all of it is owed; with one, less than asked for is a whole answer too.
  if (range === undefined)
    return new Response(inPieces(body), {
      headers: { ...headers, 'content-length': String(body.sizeBytes) },
    });
  const sentEnd = Math.min(endBytes, startBytes + MOST_BYTES);
  const bytes = await body.read(startBytes, sentEnd);
  return new Response(new Uint8Array(bytes), {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${startBytes}-${sentEnd - 1}/${body.sizeBytes}`,
      'content-length': String(sentEnd - startBytes),
    },
  });
}

/** All of a body, read as it is taken. */
function inPieces(body: MediaBody): ReadableStream<Uint8Array> {
  let atBytes = 0;
  return new ReadableStream({
    async pull(controller) {
      const endBytes = Math.min(body.sizeBytes, atBytes + MOST_BYTES);
      if (atBytes < endBytes) controller.enqueue(await body.read(atBytes, endBytes));
      atBytes = endBytes;
      if (atBytes >= body.sizeBytes) controller.close();
    },
  });
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { ...SECURITY_HEADERS } });
}
