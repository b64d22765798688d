import { expect, test, vi } from 'vitest';
import { LaneDecoder } from '../../renderer/session/playback/lane-decoder.ts';
import { PacketSource } from '../../renderer/session/playback/packet-source.ts';
import {
  CHUNK_SAMPLES,
  LANES_AT_ONCE,
  Scheduler,
  type Speed,
} from '../../renderer/session/playback/scheduler.ts';
import { encodePacketBatch } from '../../shared/playback/packet-batch.ts';

/** An output whose clock a test turns, and what was scheduled on it. */
function output() {
  const scheduled: { playerId: string; atFrame: number; first: number; speed: number }[] = [];
  return {
    scheduled,
    frames: 0,
    nowFrames() {
      return this.frames;
    },
    latencyFrames: () => 0,
    schedule: (playerId: string, planes: readonly Float32Array[], atFrame: number, speed: number) => {
      scheduled.push({ playerId, atFrame, first: planes[0]?.[0] ?? NaN, speed });
    },
    setGain: () => undefined,
    hold: vi.fn(),
    release: vi.fn(),
    close: () => undefined,
  };
}

/** A lane whose samples are their own place. */
function lane(playerId: string) {
  return {
    playerId,
    read: (start: number, end: number) => {
      const plane = Float32Array.from({ length: end - start }, (_, index) => start + index);
      return Promise.resolve({ planes: [plane], lostSamples: [] });
    },
    close: () => undefined,
  };
}

function scheduler(speed: Speed, fromSamples: number, durationSamples = 100 * 48_000) {
  const out = output();
  const lanes = [lane('a'), lane('b')];
  return {
    out,
    play: new Scheduler({ output: out, lanes, fromSamples, speed, durationSamples, onLost: () => undefined }),
  };
}

test('all lanes begin at the same frame and go on without a seam', async () => {
  const { out, play } = scheduler(1, 1234);
  await play.pump();
  const [a, b] = ['a', 'b'].map((id) => out.scheduled.filter(({ playerId }) => playerId === id));
  expect(a?.map(({ atFrame, first }) => [atFrame, first])).toEqual(
    b?.map(({ atFrame, first }) => [atFrame, first]),
  );
  expect(a?.length).toBeGreaterThanOrEqual(6);
  const origin = a?.[0]?.atFrame ?? 0;
  expect(a?.map(({ atFrame, first }) => atFrame - origin - (first - 1234))).toEqual(a?.map(() => 0));
});

test('keeps three seconds ahead and no more, and knows where it is', async () => {
  const { out, play } = scheduler(2, 0);
  await play.pump();
  expect(out.scheduled.filter(({ playerId }) => playerId === 'a')).toHaveLength(12);
  const origin = out.scheduled[0]?.atFrame ?? 0;
  out.frames = origin + 24_000;
  expect(play.positionSamples).toBe(48_000);
  await play.pump();
  expect(out.scheduled.filter(({ playerId }) => playerId === 'a')).toHaveLength(14);
});

test('plays backwards to the beginning', async () => {
  const { out, play } = scheduler(-1, CHUNK_SAMPLES * 2);
  await play.pump();
  expect(out.scheduled.filter(({ playerId }) => playerId === 'a').map(({ first }) => first)).toEqual([
    2 * CHUNK_SAMPLES - 1,
    CHUNK_SAMPLES - 1,
  ]);
  out.frames = (out.scheduled[0]?.atFrame ?? 0) + CHUNK_SAMPLES * 3;
  expect(play.positionSamples).toBe(0);
  expect(play.hasEnded).toBe(true);
});

test('holds the clock for all lanes where decoding falls behind', async () => {
  const { out, play } = scheduler(1, 0);
  await play.pump();
  out.frames = (out.scheduled[0]?.atFrame ?? 0) + 6 * CHUNK_SAMPLES - 100;
  play.watch();
  expect(out.hold).toHaveBeenCalledOnce();
  expect(play.isWaiting).toBe(true);
  await play.pump();
  expect(out.release).toHaveBeenCalledOnce();
  expect(play.isWaiting).toBe(false);
});

test('a gap is silence, a packet that cannot be decoded is silence and noted, and nothing is decoded twice', async () => {
  const packets = [-312, 648, 1608, 48_000, 48_960].map((audioSamples, index) => ({
    audioSamples,
    durationSamples: 960,
    payload: Uint8Array.of(index),
  }));
  const fetched = vi.fn(() =>
    Promise.resolve(encodePacketBatch({ channels: 1, coveredSamples: 960_000, packets }).buffer),
  );
  const seen: number[] = [];
  let made = 0;
  const decoder = new LaneDecoder(new PacketSource('s', 'p', fetched), () => {
    made += 1;
    return {
      decode: (payloads) => {
        const numbers = payloads.map(([number]) => number ?? -1);
        seen.push(...numbers);
        return Promise.resolve(
          numbers.map((number) => (number === 1 ? undefined : [new Float32Array(960).fill(number + 1)])),
        );
      },
      close: () => undefined,
    };
  });
  const { signal } = new AbortController();
  const first = await decoder.read(0, 2000, signal);
  expect(first.lostSamples).toEqual([648]);
  const at = (plane: readonly Float32Array[], ...places: number[]) =>
    places.map((place) => plane[0]?.[place]);
  expect(at(first.planes, 0, 647, 648, 1607, 1608, 1999)).toEqual([1, 1, 0, 0, 3, 3]);
  const second = await decoder.read(2000, 50_000, signal);
  expect(at(second.planes, 0, 567, 568, 45_999, 46_000)).toEqual([3, 3, 0, 0, 4]);
  expect(seen).toEqual([0, 1, 2, 3, 4]);
  expect(made).toBe(2);
  expect(fetched).toHaveBeenCalledOnce();
});

test('two hundred lanes are read a few at a time, and begin together', async () => {
  const out = output();
  let reading = 0;
  let most = 0;
  const lanes = Array.from({ length: 200 }, (_, index) => {
    const whole = lane(String(index));
    const read: typeof whole.read = async (start, end) => {
      reading += 1;
      most = Math.max(most, reading);
      await Promise.resolve();
      reading -= 1;
      return whole.read(start, end);
    };
    return { ...whole, read };
  });
  const play = new Scheduler({
    output: out,
    lanes,
    fromSamples: 0,
    speed: 1,
    durationSamples: CHUNK_SAMPLES,
    onLost: () => undefined,
  });
  await play.pump();
  expect(most).toBe(LANES_AT_ONCE);
  expect(out.scheduled.map(({ playerId }) => playerId)).toEqual(lanes.map(({ playerId }) => playerId));
  expect(new Set(out.scheduled.map(({ atFrame }) => atFrame)).size).toBe(1);
});

test('a lane that is silent holds no decoder', async () => {
  const packets = [-312, 648, 480_000].map((audioSamples) => ({
    audioSamples,
    durationSamples: 960,
    payload: Uint8Array.of(1),
  }));
  const answer = encodePacketBatch({ channels: 1, coveredSamples: 960_000, packets }).buffer;
  let open = 0;
  const decoder = new LaneDecoder(new PacketSource('s', 'p', () => Promise.resolve(answer)), () => {
    open += 1;
    return {
      decode: (payloads) => Promise.resolve(payloads.map(() => [new Float32Array(960)])),
      close: () => {
        open -= 1;
      },
    };
  });
  const { signal } = new AbortController();
  const openAfter: number[] = [];
  for (const start of [0, 24_000, 48_000, 456_000, 480_000, 504_000]) {
    await decoder.read(start, start + 24_000, signal);
    openAfter.push(open);
  }
  expect(openAfter).toEqual([1, 0, 0, 0, 1, 0]);
});
