import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BLOCK_SAMPLES } from '../../renderer/capture/block.ts';
import { Hearing } from '../../renderer/capture/hearing.ts';
import { Inputs } from '../../renderer/capture/inputs.ts';
import { Recorder } from '../../renderer/capture/recorder.ts';
import { SessionNotes } from '../../renderer/capture/session-notes.ts';
import { Troubles } from '../../renderer/capture/troubles.ts';
import type { Recording } from '../../renderer/host/api-types.ts';
import { parsePacketFrame, type PacketFrame } from '../../shared/ipc/packet-frame.ts';
import { AppError } from '../../shared/model/errors.ts';
import { SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { withFakeEncoder } from './fake-encoder.ts';
import { AUDIO, hostCalls, memory, planned } from './recorded-page.ts';

const SESSION_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const PLAN = { tracks: [planned('Ada'), planned('Ben')], audio: AUDIO };

/** A page without devices whose blocks come when a test says so. */
class Page {
  readonly calls = hostCalls();
  readonly frames: PacketFrame[] = [];
  readonly troubles = new Troubles(() => undefined);
  readonly place = memory();
  nowMillis = 0;
  readonly hearing = new Hearing({
    now: () => this.nowMillis,
    originMillis: 0,
    onAnchor: () => undefined,
  });
  readonly inputs = new Inputs({
    media: () => undefined,
    newRack: () => undefined,
    wait: () => Promise.resolve(),
    troubles: this.troubles,
    onBlock: () => undefined,
    onLost: () => undefined,
  });
  readonly recorder = new Recorder({
    host: {
      api: { recording: this.calls, watch: () => () => undefined },
      sendPackets: (bytes) => {
        this.frames.push(parsePacketFrame(bytes));
        return Promise.resolve();
      },
      onConnected: () => undefined,
    },
    inputs: this.inputs,
    hearing: this.hearing,
    notes: new SessionNotes({
      recording: this.calls,
      hostClock: { learn: () => Promise.resolve(), microsAt: () => undefined },
      place: this.place,
      positionAt: (millis) => this.hearing.positionAt(millis),
      now: () => this.nowMillis,
      originMillis: 0,
    }),
    troubles: this.troubles,
    onLook: () => undefined,
    onChange: () => undefined,
  });

  /** So many blocks of each of these tracks, one track after the other. */
  hear(blocks: number, tracks: readonly number[] = [0, 1]): void {
    this.hearing.expect(PLAN.tracks.map(({ channels }) => channels.length));
    for (let block = 0; block < blocks; block++) {
      const frame = this.nowMillis * SAMPLES_PER_MS;
      this.nowMillis += 20;
      for (const track of tracks) this.hearTrack(track, frame);
    }
  }

  hearTrack(track: number, frame: number, missingSamples = 0): void {
    this.hearing.hear({ track, frame, pcm: new Float32Array(BLOCK_SAMPLES), missingSamples });
  }

  /** Positions of a track's packets, in the order in which they came. */
  positionsOf(track: number): number[] {
    return this.frames
      .filter((frame) => frame.track === track)
      .flatMap(({ positionSamples, packets }) =>
        packets.map((_, at) => positionSamples + at * BLOCK_SAMPLES),
      );
  }
}

const everyBlock = (count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, at) => from + at * BLOCK_SAMPLES);

const stateOf = (phase: Recording['phase'], sessionId = SESSION_ID, receivedSamples = 0): Recording =>
  ({
    sessionId,
    phase,
    tracks: [0, 1].map((trackId) => ({ trackId, muted: trackId === 1, receivedSamples })),
  }) as unknown as Recording;

let encoded: readonly number[] = [];
beforeEach(() => {
  encoded = withFakeEncoder();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a recording', () => {
  test('misses of each track what its own device lost, tells it, and moves nothing', async () => {
    const page = new Page();
    await page.recorder.start('Talk', PLAN, ['open', 'open']);
    page.hear(5);
    page.hearTrack(0, 5 * BLOCK_SAMPLES);
    page.hearTrack(1, 8 * BLOCK_SAMPLES, 100);
    expect(page.troubles.all).toEqual(['skipped']);
    expect(page.recorder.live?.tracks.map(({ unheardSamples }) => unheardSamples)).toEqual([
      0,
      3 * BLOCK_SAMPLES + 100,
    ]);
    await page.recorder.stop();
    expect(page.positionsOf(0)).toEqual(everyBlock(6));
    expect(page.positionsOf(1)).toEqual([...everyBlock(5), 8 * BLOCK_SAMPLES]);
  });

  test('begins with all devices together, where the newest was, whichever comes first', async () => {
    const page = new Page();
    page.hear(3);
    page.hearTrack(1, 3 * BLOCK_SAMPLES);
    await page.recorder.start('Talk', PLAN, ['open', 'open']);
    for (const [track, block] of [
      [0, 3],
      [0, 4],
      [0, 5],
      [1, 4],
      [1, 5],
    ] as const)
      page.hearTrack(track, block * BLOCK_SAMPLES);
    await page.recorder.stop();
    for (const track of [0, 1]) expect(page.positionsOf(track)).toEqual(everyBlock(2));
  });

  test('is as long as it took where no input is left at its end', async () => {
    const page = new Page();
    await page.recorder.start('Talk', PLAN, ['open', 'open']);
    page.hear(5);
    page.recorder.inputs?.lost('usb');
    page.nowMillis = 3000;
    await page.recorder.stop();
    expect(page.calls.stop).toHaveBeenCalledWith({ positionSamples: 144_000 });
  });

  test('does not take an input that was away for one that lost something', async () => {
    const page = new Page();
    await page.recorder.start('Talk', PLAN, ['open', 'open']);
    page.hear(5);
    page.recorder.inputs?.lost('usb');
    page.nowMillis += 1000;
    const live = page.recorder.live;
    for (const track of live?.tracks ?? []) track.state = 'open';
    page.hear(5);
    expect(live?.tracks.map(({ unheardSamples }) => unheardSamples)).toEqual([0, 0]);
    expect(page.troubles.all).toEqual([]);
  });

  test('has every block from the moment it was asked for, the host’s delay included, up to its stop', async () => {
    const page = new Page();
    const { recorder, calls } = page;
    const answer = Promise.withResolvers<{ sessionId: string; trackIds: number[] }>();
    calls.start.mockReturnValue(answer.promise);
    const starting = recorder.start('Talk', PLAN, ['open', 'open']);
    expect(recorder.phase).toBe('starting');
    await vi.waitFor(() => expect(calls.start).toHaveBeenCalledOnce());
    expect(calls.start.mock.calls[0]?.[0].tracks).toMatchObject([
      { name: 'Ada', preSkipSamples: 312, inputLabel: 'USB, input 1' },
      { name: 'Ben' },
    ]);
    page.hear(12);
    expect(page.frames).toEqual([]);
    answer.resolve({ sessionId: SESSION_ID, trackIds: [0, 1] });
    await expect(starting).resolves.toEqual({ sessionId: SESSION_ID });
    page.hear(11);
    await expect(recorder.stop()).resolves.toEqual({ sessionId: SESSION_ID });
    expect(calls.stop).toHaveBeenCalledWith({ positionSamples: 23 * BLOCK_SAMPLES });
    for (const track of [0, 1]) expect(page.positionsOf(track)).toEqual(everyBlock(23));
    // The pre-skip's question, then both tracks in turn; the last are what was left.
    expect(encoded).toEqual([1, 5, 5, 5, 5, 5, 5, 5, 5, 3, 3]);
    expect(recorder.live).toBeUndefined();
    expect(page.troubles.all).toEqual([]);
    expect(page.place.kept.size).toBe(0);
  });

  test('is refused without an open input, twice, and where the host refuses it, and can be begun after', async () => {
    const page = new Page();
    const { recorder, calls } = page;
    await expect(recorder.start('Talk', undefined, [])).rejects.toMatchObject({ code: 'nothing-to-do' });
    await expect(recorder.start('Talk', PLAN, ['missing', 'lost'])).rejects.toMatchObject({
      code: 'nothing-to-do',
    });
    calls.start.mockRejectedValueOnce(new AppError('no-space', 'The disk is full.'));
    await expect(recorder.start('Talk', PLAN, ['open', 'open'])).rejects.toMatchObject({ code: 'no-space' });
    expect(recorder).toMatchObject({ phase: undefined, live: undefined });
    await recorder.start('Talk', PLAN, ['open', 'open']);
    await expect(recorder.start('Talk', PLAN, ['open', 'open'])).rejects.toMatchObject({ code: 'locked' });
  });

  test('of a browser that cannot encode is refused in words', async () => {
    vi.stubGlobal('AudioEncoder', undefined);
    const page = new Page();
    const starting = page.recorder.start('Talk', PLAN, ['open', 'open']);
    await expect(starting).rejects.toMatchObject({ code: 'unavailable' });
    expect(page.recorder.phase).toBeUndefined();
  });

  test('tells which inputs it begins without', async () => {
    const page = new Page();
    await page.recorder.start('Talk', PLAN, ['open', 'missing']);
    expect(page.calls.device.mock.calls.map(([told]) => told)).toEqual([
      { trackId: 1, kind: 'lost', label: 'USB, input 1', positionSamples: 0 },
    ]);
    page.hear(10);
    await vi.waitFor(() => expect(page.positionsOf(0)).toEqual(everyBlock(10)));
    expect(page.positionsOf(1)).toEqual([]);
  });

  test('keeps what it hears while the host is away', async () => {
    const page = new Page();
    await page.recorder.start('Talk', PLAN, ['open', 'open']);
    page.recorder.connected(false);
    page.hear(20);
    expect(page.frames).toEqual([]);
    page.recorder.connected(true);
    await vi.waitFor(() => expect(page.positionsOf(1)).toEqual(everyBlock(20)));
  });

  test('goes on after a reload where it would be by now, from its first block on', async () => {
    const page = new Page();
    page.nowMillis = 10_000;
    const note = {
      sessionId: SESSION_ID,
      trackIds: [0, 1],
      muted: [false, false],
      plan: PLAN,
      positionSamples: 48_000,
      atMillis: 8000,
    };
    page.recorder.join(stateOf('recording', SESSION_ID, 50_000), note, ['open', 'missing']);
    page.hear(5);
    // Its first block began two seconds after the note.
    await vi.waitFor(() => expect(page.positionsOf(0)).toEqual(everyBlock(5, 48_000 + 96_000)));
    expect(page.calls.device.mock.calls.map(([{ trackId, kind }]) => `${trackId} ${kind}`)).toEqual([
      '0 lost',
      '0 returned',
      '1 lost',
    ]);
    expect(page.recorder.live?.tracks.map(({ muted }) => muted)).toEqual([false, true]);
  });

  test.each([
    ['with another session', stateOf('recording', 'another'), ['ended']],
    ['with none', null, ['ended']],
    ['on a full disk', stateOf('failed'), []],
  ] as const)('that the host ends %s is over here', async (_how, said, troubles) => {
    const page = new Page();
    await page.recorder.start('Talk', PLAN, ['open', 'open']);
    // Not seen there yet: what is told is from before.
    page.recorder.hostSays(null);
    expect(page.recorder.phase).toBe('recording');
    page.recorder.hostSays(stateOf('recording'));
    expect(page.recorder.live?.tracks.map(({ muted }) => muted)).toEqual([false, true]);
    page.recorder.hostSays(said);
    expect(page.recorder).toMatchObject({ phase: undefined, live: undefined });
    expect(page.troubles.all).toEqual(troubles);
    await expect(page.recorder.stop()).rejects.toMatchObject({ code: 'nothing-to-do' });
  });

  test('is over here although the host refuses its end', async () => {
    const page = new Page();
    await page.recorder.start('Talk', PLAN, ['open', 'open']);
    page.calls.stop.mockRejectedValue(new AppError('no-space', 'The disk is gone.'));
    await expect(page.recorder.stop()).rejects.toMatchObject({ message: 'The disk is gone.' });
    expect(page.recorder.live).toBeUndefined();
  });
});
