import { decodeError, encodeError } from '../../shared/ipc/envelope.ts';
import { AppError } from '../../shared/model/errors.ts';
import {
  type CaptureAnswer,
  type CaptureLevels,
  type CaptureLink,
  type CaptureRequest,
  type CaptureStatus,
  IDLE_STATUS,
} from './capture-link.ts';

const CHANNEL = 'tailslate-capture';
/** Opening a device may ask a person first. */
const ANSWER_MILLIS = 60_000;

type Message =
  | { readonly kind: 'hello' }
  | { readonly kind: 'request'; readonly id: string; readonly request: CaptureRequest }
  | { readonly kind: 'answer'; readonly id: string; readonly answer: CaptureAnswer }
  | { readonly kind: 'failure'; readonly id: string; readonly error: ReturnType<typeof encodeError> }
  | { readonly kind: 'status'; readonly status: CaptureStatus }
  | { readonly kind: 'levels'; readonly levels: CaptureLevels };

/** Serves an engine to the pages of its origin. What is recorded never goes this way. */
export function serveLink(engine: CaptureLink): void {
  const channel = new BroadcastChannel(CHANNEL);
  const send = (message: Message): void => channel.postMessage(message);
  let status = IDLE_STATUS;
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'hello') send({ kind: 'status', status });
    if (data.kind !== 'request') return;
    const { id, request } = data;
    engine.request(request).then(
      (answer) => send({ kind: 'answer', id, answer }),
      (error: unknown) => send({ kind: 'failure', id, error: encodeError(error, request.kind, noted) }),
    );
  };
  engine.onStatus((next) => {
    status = next;
    send({ kind: 'status', status });
  });
  engine.onLevels((levels) => send({ kind: 'levels', levels }));
}

/** The engine of another page of this origin. */
export function broadcastLink(): CaptureLink {
  const channel = new BroadcastChannel(CHANNEL);
  const statusListeners = new Set<(status: CaptureStatus) => void>();
  const levelListeners = new Set<(levels: CaptureLevels) => void>();
  const waiting = new Map<string, PromiseWithResolvers<CaptureAnswer>>();
  let status = IDLE_STATUS;
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'status') {
      status = data.status;
      for (const listener of statusListeners) listener(status);
    } else if (data.kind === 'levels') {
      for (const listener of levelListeners) listener(data.levels);
    } else if (data.kind === 'answer') {
      waiting.get(data.id)?.resolve(data.answer);
    } else if (data.kind === 'failure') {
      waiting.get(data.id)?.reject(decodeError(data.error));
    }
  };
  channel.postMessage({ kind: 'hello' } satisfies Message);
  return {
    async request(request) {
      // Several windows share the channel.
      const id = crypto.randomUUID();
      const answer = Promise.withResolvers<CaptureAnswer>();
      waiting.set(id, answer);
      const timer = setTimeout(() => answer.reject(silent()), ANSWER_MILLIS);
      channel.postMessage({ kind: 'request', id, request } satisfies Message);
      try {
        return await answer.promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
    onStatus(listener) {
      statusListeners.add(listener);
      listener(status);
      return () => void statusListeners.delete(listener);
    },
    onLevels(listener) {
      levelListeners.add(listener);
      return () => void levelListeners.delete(listener);
    },
  };
}

function silent(): AppError {
  return new AppError('unavailable', 'The page that records does not answer.', {
    next: 'What was recorded is kept. Restart Tailslate.',
  });
}

function noted(error: unknown, place: string): void {
  console.error(`tailslate: capture ${place}`, error);
}
