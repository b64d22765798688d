import { describe, expect, test, vi } from 'vitest';
import { SessionNotes } from '../../renderer/capture/session-notes.ts';
import { AppError } from '../../shared/model/errors.ts';
import { AUDIO, hostCalls, memory, planned } from './recorded-page.ts';

const ORIGIN = 1_763_705_000_000;

/** A page in whose session position 0 was heard at 1000 ms, and whose host's clock is ahead by a minute. */
function notesOf({ running = true, known = true } = {}) {
  const calls = hostCalls();
  const place = memory();
  const clock = { nowMillis: 3000 };
  const learn = vi.fn(() => Promise.resolve());
  const notes = new SessionNotes({
    recording: calls,
    hostClock: { learn, microsAt: (millis) => (known ? 60_000_000 + millis * 1000 : undefined) },
    place,
    positionAt: (millis) => (running ? (millis - 1000) * 48 : undefined),
    now: () => clock.nowMillis,
    originMillis: ORIGIN,
  });
  const input = planned('Ada');
  const track = {
    trackId: 0,
    input,
    muted: false,
    state: 'open' as const,
    nextFrame: undefined,
    unheardSamples: 0,
    recorder: {} as never,
  };
  const live = {
    sessionId: 'session',
    tracks: [track],
    audio: AUDIO,
    newestSamples: 96_000,
    stopping: false,
  };
  return { notes, calls, place, clock, learn, live };
}

describe('an anchor', () => {
  test('is told in the host’s clock, as of the moment that it was read', async () => {
    const { notes, calls, clock, learn, live } = notesOf();
    learn.mockImplementation(() => {
      clock.nowMillis += 700;
      return Promise.resolve();
    });
    await notes.anchor(live);
    expect(calls.anchor).toHaveBeenCalledExactlyOnceWith({
      positionSamples: 96_000,
      monotonicMicros: 63_000_000,
    });
  });

  test.each([
    ['while nothing is recorded', { running: false }, false],
    ['without an answer of the host', { known: false }, false],
    ['of a session that ended meanwhile', {}, true],
  ])('is not told %s', async (_when, choices, stops) => {
    const { notes, calls, learn, live } = notesOf(choices);
    learn.mockImplementation(() => {
      live.stopping = stops;
      return Promise.resolve();
    });
    await notes.anchor(live);
    expect(calls.anchor).not.toHaveBeenCalled();
  });

  test('that the host misses breaks nothing', async () => {
    const { notes, calls, live } = notesOf();
    calls.anchor.mockRejectedValue(new AppError('disconnected', 'gone'));
    await expect(notes.anchor(live)).resolves.toBeUndefined();
  });
});

describe('a note', () => {
  test('of a marker stands where it was seen, not where it was told', async () => {
    const { notes, calls, clock } = notesOf();
    clock.nowMillis = 9000;
    await expect(notes.mark('slate', 'take 1', ORIGIN + 2500)).resolves.toBe('slate-72000');
    expect(calls.addMarker).toHaveBeenCalledWith({ positionSamples: 72_000, kind: 'slate', name: 'take 1' });
    const idle = notesOf({ running: false });
    await expect(idle.notes.mark('marker', '', ORIGIN)).rejects.toMatchObject({ code: 'nothing-to-do' });
  });

  test('of a mute counts once the host has it', async () => {
    const { notes, calls, live } = notesOf();
    calls.mute.mockRejectedValueOnce(new AppError('disconnected', 'gone'));
    await expect(notes.mute(live, 0, true)).rejects.toMatchObject({ code: 'disconnected' });
    expect(live.tracks[0]?.muted).toBe(false);
    await notes.mute(live, 0, true);
    expect(live.tracks[0]?.muted).toBe(true);
    await notes.mute(live, 7, true);
    expect(calls.mute).toHaveBeenCalledTimes(2);
  });

  test('for the next load tells what it needs, of this session alone', () => {
    const { notes, place, live } = notesOf();
    notes.save({ ...live, sessionId: undefined });
    expect(place.kept.size).toBe(0);
    notes.save(live);
    expect(notes.read('session')).toEqual({
      sessionId: 'session',
      trackIds: [0],
      muted: [false],
      plan: { tracks: [planned('Ada')], audio: AUDIO },
      positionSamples: 96_000,
      atMillis: ORIGIN + 3000,
    });
    expect(notes.read('another')).toBeUndefined();
    notes.forget();
    expect(notes.read('session')).toBeUndefined();
  });
});
