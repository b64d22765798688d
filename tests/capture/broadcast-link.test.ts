import { afterEach, describe, expect, test, vi } from 'vitest';
import { broadcastLink, serveLink } from '../../renderer/capture/broadcast-link.ts';
import {
  type CaptureLevels,
  type CaptureLink,
  type CaptureRequest,
  type CaptureStatus,
  IDLE_STATUS,
} from '../../renderer/capture/capture-link.ts';
import { AppError } from '../../shared/model/errors.ts';

/** A channel between pages, whose messages are copies and arrive later. */
class Channel {
  static all = new Set<Channel>();
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  constructor() {
    Channel.all.add(this);
  }
  postMessage(data: unknown): void {
    const copy: unknown = structuredClone(data);
    for (const other of Channel.all)
      if (other !== this) queueMicrotask(() => other.onmessage?.({ data: copy }));
  }
}
vi.stubGlobal('BroadcastChannel', Channel);

afterEach(() => {
  Channel.all.clear();
  vi.useRealTimers();
});

/** An engine that answers as told. */
class Engine implements CaptureLink {
  readonly asked: CaptureRequest[] = [];
  tellStatus: (status: CaptureStatus) => void = () => undefined;
  tellLevels: (levels: CaptureLevels) => void = () => undefined;
  failure: Error | undefined;

  request(request: CaptureRequest): ReturnType<CaptureLink['request']> {
    this.asked.push(request);
    return this.failure === undefined
      ? Promise.resolve({ sessionId: `s${this.asked.length}` })
      : Promise.reject(this.failure);
  }
  onStatus(listener: (status: CaptureStatus) => void): () => void {
    this.tellStatus = listener;
    return () => undefined;
  }
  onLevels(listener: (levels: CaptureLevels) => void): () => void {
    this.tellLevels = listener;
    return () => undefined;
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};
const armed: CaptureStatus = { ...IDLE_STATUS, phase: 'armed', troubles: ['held'] };

describe('the link between the visible page and the one that records', () => {
  test('carries requests, answers, status and levels, for every page by itself', async () => {
    const engine = new Engine();
    serveLink(engine);
    const [one, other] = [broadcastLink(), broadcastLink()];
    const heard: unknown[] = [];
    one.onStatus(({ phase }) => heard.push(phase));
    const end = other.onLevels(({ positionSamples }) => heard.push(positionSamples));
    const answers = await Promise.all([one.request({ kind: 'stop' }), other.request({ kind: 'disarm' })]);
    expect(answers).toEqual([{ sessionId: 's1' }, { sessionId: 's2' }]);
    engine.tellStatus(armed);
    engine.tellLevels({ positionSamples: 960, atMillis: 1, tracks: [] });
    await settled();
    end();
    engine.tellLevels({ positionSamples: 1920, atMillis: 2, tracks: [] });
    await settled();
    // The first two are what a page starts with and what its hello is answered with.
    expect(heard).toEqual(['idle', 'idle', 'idle', 'armed', 960]);
  });

  test('tells a page that comes later, or is loaded again, how things are', async () => {
    const engine = new Engine();
    serveLink(engine);
    engine.tellStatus(armed);
    const late = broadcastLink();
    const heard: CaptureStatus[] = [];
    late.onStatus((status) => heard.push(status));
    await settled();
    expect(heard.at(-1)).toEqual(armed);
  });

  test('is there again when the page that records was opened anew', async () => {
    const visible = broadcastLink();
    const first = new Engine();
    serveLink(first);
    first.tellStatus(armed);
    await settled();
    // The first is gone with its page; the next one serves the same visible page.
    const [, gone] = [...Channel.all];
    if (gone !== undefined) Channel.all.delete(gone);
    const second = new Engine();
    serveLink(second);
    second.tellStatus({ ...IDLE_STATUS, phase: 'recording', sessionId: 'x' });
    await settled();
    const heard: string[] = [];
    visible.onStatus(({ phase }) => heard.push(phase));
    expect(heard).toEqual(['recording']);
    await visible.request({ kind: 'stop' });
    expect([first.asked.length, second.asked.length]).toEqual([0, 1]);
  });

  test('carries what went wrong, with what to do', async () => {
    const engine = new Engine();
    serveLink(engine);
    engine.failure = new AppError('nothing-to-do', 'No input is open.', { next: 'Choose one.' });
    await expect(broadcastLink().request({ kind: 'start', title: '' })).rejects.toMatchObject({
      code: 'nothing-to-do',
      message: 'No input is open.',
      next: 'Choose one.',
    });
  });

  test('does not wait for ever for a page that is gone', async () => {
    vi.useFakeTimers();
    const asked = expect(broadcastLink().request({ kind: 'stop' })).rejects.toMatchObject({
      code: 'unavailable',
      next: 'What was recorded is kept. Restart Tailslate.',
    });
    await vi.advanceTimersByTimeAsync(60_000);
    await asked;
  });
});
