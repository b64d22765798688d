import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { encodeError, type FaultHook } from '../../shared/ipc/envelope.ts';
import { isMediaPath, parseMediaPath } from '../../shared/ipc/media-path.ts';
import type { ErrorCode } from '../../shared/model/errors.ts';
import type { HostedApp } from '../services/hosted-app.ts';
import { SECURITY_HEADERS } from './content-policy.ts';
import { isOwnUrl } from './scheme.ts';

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

/** Answers requests for `app://tailslate/`: the built window's files, nothing above them, and media. */
export function ownFiles(
  root: string,
  media: HostedApp['media'],
  onFault: FaultHook,
): (request: Request) => Promise<Response> {
  return async ({ method, url }) => {
    if (method !== 'GET' && method !== 'HEAD') return refusal(405);
    if (!isOwnUrl(url)) return refusal(403);
    const { pathname, search } = new URL(url);
    const path = pathname.slice(1);
    if (isMediaPath(path)) return mediaResponse(`${path}${search}`, media, onFault);
    const segments = safeSegments(path);
    return segments === undefined ? refusal(403) : fileResponse(root, segments);
  };
}

/**
 * The parts of a path, decoded once; undefined for one that could mean anything but a file below the root on any
 * system: climbing, empty and hidden parts, separators within a part, drives and streams of Windows, zero bytes.
 */
function safeSegments(path: string): readonly string[] | undefined {
  try {
    const segments = path.split('/').map(decodeURIComponent);
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

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = { usage: 400, 'not-found': 404, internal: 500 };

async function mediaResponse(path: string, media: HostedApp['media'], onFault: FaultHook): Promise<Response> {
  try {
    const { bytes, type } = await media.read(parseMediaPath(path));
    return new Response(new Uint8Array(bytes), { headers: { ...SECURITY_HEADERS, 'content-type': type } });
  } catch (error) {
    const shape = encodeError(error, 'media', onFault);
    const headers = { ...SECURITY_HEADERS, 'content-type': 'application/json' };
    const status = Object.entries(STATUS).find(([code]) => code === shape.code)?.[1] ?? 409;
    return new Response(JSON.stringify(shape), { status, headers });
  }
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { ...SECURITY_HEADERS } });
}
