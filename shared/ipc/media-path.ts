import { AppError } from '../model/errors.ts';

/** Audio of a player that a page asks for in bulk, beside the contract. */
export type MediaRequest =
  | {
      readonly kind: 'peaks';
      readonly sessionId: string;
      readonly playerId: string;
      readonly level: number;
      /** First block of the level, from 0. */
      readonly start: number;
      readonly blocks: number;
    }
  | {
      readonly kind: 'packets';
      readonly sessionId: string;
      readonly playerId: string;
      /** Packets that touch this stretch of session time, the end not included. */
      readonly startSamples: number;
      readonly endSamples: number;
    };

/** What a host answers with. */
export interface MediaAnswer {
  readonly bytes: Uint8Array;
  /** Content type. */
  readonly type: string;
}

/** Where a page finds it, relative to the page's own folder: the same in every host. */
export function mediaPath(request: MediaRequest): string {
  const ids = `${segment(request.sessionId)}/${segment(request.playerId)}`;
  return request.kind === 'peaks'
    ? `media/peaks/${ids}?level=${request.level}&start=${request.start}&blocks=${request.blocks}`
    : `media/packets/${ids}?start=${request.startSamples}&end=${request.endSamples}`;
}

/** Whether a path, without the slash in front, asks for media: nothing else lies below that name. */
export function isMediaPath(path: string): boolean {
  return path.startsWith('media/');
}

/**
 * What a path such as `mediaPath` makes asks for.
 * @throws AppError('usage') for any other, numbers that are no whole ones and ends before their starts.
 */
export function parseMediaPath(path: string): MediaRequest {
  const parts = /^media\/(peaks|packets)\/~([^/?#]+)\/~([^/?#]+)\?([^#]*)$/.exec(path);
  const [, kind, session = '', player = '', query = ''] = parts ?? [];
  const numbers = new URLSearchParams(query);
  const sessionId = decoded(session);
  const playerId = decoded(player);
  const start = whole(numbers.get('start'));
  if (kind === 'peaks') {
    const level = whole(numbers.get('level'));
    return { kind, sessionId, playerId, level, start, blocks: whole(numbers.get('blocks')) };
  }
  const endSamples = whole(numbers.get('end'));
  if (kind !== 'packets' || endSamples < start) throw wrong();
  return { kind, sessionId, playerId, startSamples: start, endSamples };
}

/** The tilde keeps an id such as `..` from being a step in the path. */
function segment(id: string): string {
  return `~${encodeURIComponent(id.toWellFormed())}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong();
  }
}

function whole(text: string | null): number {
  const value = text !== null && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw wrong();
  return value;
}

function wrong(): AppError {
  return new AppError('usage', 'This is no address of audio.', { next: 'Reload the window.' });
}
