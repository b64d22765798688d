import { describe, expect, test } from 'vitest';
import { BLOCK_SAMPLES } from '../../renderer/capture/block.ts';
import { captureDevices, findDevice } from '../../renderer/capture/devices.ts';
import { decibels, frameLevel, measure, together } from '../../renderer/capture/level.ts';
import { Outbox, type OutgoingFrame } from '../../renderer/capture/outbox.ts';
import { positionLater, readNote, saveNote } from '../../renderer/capture/resume-note.ts';
import { type Run, TrackRecorder } from '../../renderer/capture/track-recorder.ts';
import { parsePacketFrame } from '../../shared/ipc/packet-frame.ts';
import { AppError } from '../../shared/model/errors.ts';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('a track', () => {
  /** Runs whose packets come when told to, as an encoder's do. */
  function recorder() {
    const frames: OutgoingFrame[] = [];
    const errors: ((error: Error) => void)[] = [];
    const waiting: (() => void)[] = [];
    let failures = 0;
    const track = new TrackRecorder({
      track: 3,
      newRun: (startSamples, onPacket, onError): Run => {
        let blocks = 0;
        const own: (() => void)[] = [];
        errors.push(onError);
        return {
          startSamples,
          get endSamples() {
            return startSamples + blocks * BLOCK_SAMPLES;
          },
          add: () => {
            const number = blocks++;
            own.push(() => onPacket(Uint8Array.of(8, number)));
          },
          end: () =>
            new Promise((resolve) =>
              waiting.push(() => {
                for (const packet of own) packet();
                resolve();
              }),
            ),
          abandon: () => undefined,
        };
      },
      onFrame: (frame) => frames.push(frame),
      onEncoderError: () => failures++,
    });
    return { track, frames, waiting, errors, failures: () => failures };
  }
  const pcm = new Float32Array(BLOCK_SAMPLES);
  const loud = measure(Float32Array.of(0.5, -0.5));

  test('groups packets, and begins a new run where blocks do not follow', async () => {
    const { track, frames, waiting } = recorder();
    for (let block = 0; block < 7; block++) track.take(block * BLOCK_SAMPLES, pcm, loud);
    // Half a second is missing.
    for (let block = 0; block < 2; block++) track.take(30_720 + block * BLOCK_SAMPLES, pcm, loud);
    const done = track.pause();
    // The encoder of the later run is the faster one.
    waiting[1]?.();
    waiting[0]?.();
    await done;
    expect(frames.map(({ positionSamples, packets }) => [positionSamples, packets.length])).toEqual([
      [0, 5],
      [4800, 2],
      [30_720, 2],
    ]);
    expect(frames[0]?.level).toEqual({ peakDb: decibels(0.5), rmsDb: decibels(0.5), clipped: false });
  });

  test('goes on with a new encoder when one fails', () => {
    const { track, errors, failures } = recorder();
    track.take(0, pcm, loud);
    errors[0]?.(new Error('gone'));
    track.take(BLOCK_SAMPLES, pcm, loud);
    expect([errors.length, failures()]).toEqual([2, 1]);
  });
});

describe('the outbox', () => {
  const frame = (positionSamples: number): OutgoingFrame => ({
    track: 0,
    positionSamples,
    packets: [Uint8Array.of(8)],
    level: { peakDb: null, rmsDb: null, clipped: false },
  });
  type Answer = Pick<ReturnType<typeof answerLater>, 'resolve' | 'reject'>;
  const answerLater = () => Promise.withResolvers<undefined>();
  function outbox() {
    const sent: { readonly at: number; readonly answer: Answer }[] = [];
    const lost: number[] = [];
    const later: (() => void)[] = [];
    const box = new Outbox({
      send: (bytes) => {
        const answer = answerLater();
        sent.push({ at: parsePacketFrame(bytes).positionSamples, answer });
        return answer.promise;
      },
      after: (_millis, run) => void later.push(run),
      onLost: ({ positionSamples }) => void lost.push(positionSamples),
    });
    return { box, sent, lost, later };
  }

  test('waits for the session, sends in order, and forgets what the host has', async () => {
    const { box, sent } = outbox();
    box.push(frame(0));
    box.push(frame(960));
    expect(sent).toEqual([]);
    box.open(1);
    expect(sent.map(({ at }) => at)).toEqual([0, 960]);
    let drained = false;
    void box.drained().then(() => (drained = true));
    sent[0]?.answer.resolve(undefined);
    await settle();
    expect([drained, box.keptSamples]).toEqual([false, 0]);
    sent[1]?.answer.resolve(undefined);
    await settle();
    expect(drained).toBe(true);
  });

  test('sends again what a broken connection left unanswered', async () => {
    const { box, sent, lost } = outbox();
    box.open(1);
    for (const at of [0, 960, 1920]) box.push(frame(at));
    sent[0]?.answer.resolve(undefined);
    await settle();
    box.pause();
    for (const { answer } of sent.slice(1)) answer.reject(new AppError('disconnected', 'gone'));
    await settle();
    box.push(frame(2880));
    box.resume();
    expect(sent.slice(3).map(({ at }) => at)).toEqual([960, 1920, 2880]);
    expect(lost).toEqual([]);
  });

  test('keeps a minute for a host that is away, and tells what was given up', () => {
    const { box, lost } = outbox();
    box.pause();
    for (let second = 0; second <= 62; second++) box.push(frame(second * 48_000));
    expect(lost).toEqual([0, 48_000]);
  });

  test('waits for a host out of breath, and gives up what it refuses', async () => {
    const { box, sent, lost, later } = outbox();
    box.open(1);
    box.push(frame(0));
    sent[0]?.answer.reject(new AppError('unavailable', 'too fast'));
    await settle();
    later[0]?.();
    expect(sent.map(({ at }) => at)).toEqual([0, 0]);
    sent[1]?.answer.reject(new AppError('usage', 'no frame'));
    await settle();
    expect(lost).toEqual([0]);
  });
});

test('levels: full scale is 0 dBFS, silence -200, and two samples at full scale are clipped', () => {
  expect(frameLevel(measure(Float32Array.of(1, -1, 1)))).toEqual({ peakDb: 0, rmsDb: 0, clipped: true });
  expect(measure(Float32Array.of(1, 0, 1)).clipped).toBe(false);
  expect(frameLevel(measure(new Float32Array(4)))).toEqual({ peakDb: -200, rmsDb: -200, clipped: false });
  const both = together(measure(Float32Array.of(0.5)), measure(Float32Array.of(0)));
  expect(frameLevel(both).rmsDb).toBeCloseTo(-9.03, 2);
});

test('devices of one name are told apart, and the default is one of them', () => {
  const device = (deviceId: string, label: string, kind: MediaDeviceKind = 'audioinput') => ({
    deviceId,
    label,
    kind,
  });
  const devices = captureDevices([
    device('default', 'Default - Scarlett'),
    device('communications', 'Communications - Scarlett'),
    device('a', 'USB Mic'),
    device('b', 'USB Mic'),
    device('c', 'Scarlett'),
    device('d', 'Speaker', 'audiooutput'),
  ]);
  expect(devices.map(({ label }) => label)).toEqual(['USB Mic (1)', 'USB Mic (2)', 'Scarlett']);
  expect(findDevice(devices, { deviceId: 'new', deviceLabel: 'Scarlett' })?.deviceId).toBe('c');
  expect(findDevice(devices, { deviceId: 'new', deviceLabel: 'USB Mic' })).toBeUndefined();
  // Where the system names nothing else it is all there is.
  expect(captureDevices([device('default', 'Default')])).toEqual([{ deviceId: 'default', label: 'Default' }]);
});

test('a note of another session, or none at all, leads nowhere', () => {
  const kept = new Map<string, string>();
  const place = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  expect(readNote(place, 's')).toBeUndefined();
  const audio = {
    bitrate: 96_000,
    tuning: 'voice',
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    keepMuted: true,
  } as const;
  const note = {
    sessionId: 's',
    trackIds: [0],
    muted: [false],
    plan: { tracks: [], audio },
    positionSamples: 4800,
    atMillis: 1000,
  };
  saveNote(place, note);
  expect(readNote(place, 's')).toEqual(note);
  expect(readNote(place, 'other')).toBeUndefined();
  expect(positionLater(note, 2000)).toBe(52_800);
});
